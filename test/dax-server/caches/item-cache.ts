import type { Clock } from './clock';
import { ExpiringMap } from './expiring-map';
import type { Item } from '../protocol/attribute-values';

/** Whole items by table and key; that there is none is kept as well. */
export class ItemCache {
  private readonly items: ExpiringMap<Item | undefined>;
  /** Reads of the origin that have not ended, and that no write has overtaken. */
  private readonly reading = new Map<string, Set<symbol>>();

  public constructor(ttlMs: number, clock: Clock) {
    this.items = new ExpiringMap(ttlMs, clock);
  }

  /** Undefined if nothing is known, not even that there is no item. */
  public get(key: string): { readonly value: Item | undefined } | undefined {
    return this.items.get(key);
  }

  /** Keeps what a read finds, unless the item was written meanwhile. */
  public async fill(key: string, read: () => Promise<Item | undefined>): Promise<Item | undefined> {
    const [filled] = await this.fillMany([key], async () => [await read()]);
    return filled;
  }

  /** The same of many. @param read answers in the keys' order; `UNANSWERED` is not kept */
  public async fillMany<T extends Item | undefined | typeof UNANSWERED>(keys: readonly string[], read: () => Promise<T[]>): Promise<T[]> {
    const ticket = Symbol();
    keys.forEach((key) => this.reading.set(key, (this.reading.get(key) ?? new Set()).add(ticket)));
    try {
      const items = await read();
      items.forEach((item, at) => {
        if (item !== UNANSWERED && this.reading.get(keys[at])?.has(ticket)) {
          this.items.set(keys[at], item as Item | undefined);
        }
      });
      return items;
    } finally {
      keys.forEach((key) => this.leave(key, ticket));
    }
  }

  /** What a write has left there; undefined: nothing. */
  public write(key: string, item: Item | undefined): void {
    this.reading.delete(key);
    this.items.set(key, item);
  }

  /** After a write of which nobody knows what it has left. */
  public forget(key: string): void {
    this.reading.delete(key);
    this.items.delete(key);
  }

  public clear(): void {
    this.reading.clear();
    this.items.clear();
  }

  private leave(key: string, ticket: symbol): void {
    const tickets = this.reading.get(key);
    tickets?.delete(ticket);
    if (tickets?.size === 0) {
      this.reading.delete(key);
    }
  }
}

/** The origin has not said whether there is an item. */
export const UNANSWERED = Symbol('unanswered');
