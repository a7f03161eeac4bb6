import type { Clock } from './clock';
import { ExpiringMap } from './expiring-map';
import type { Item } from '../protocol/attribute-values';

/** Whole items by table and key; the absence of an item is cached too. */
export class ItemCache {
  private readonly items: ExpiringMap<Item | undefined>;
  /** Reads of the origin that are under way, and that no write has overtaken. */
  private readonly reading = new Map<string, Set<symbol>>();

  public constructor(ttlMs: number, clock: Clock) {
    this.items = new ExpiringMap(ttlMs, clock);
  }

  /** Undefined if the cache has neither the item nor its absence. */
  public get(key: string): { readonly value: Item | undefined } | undefined {
    return this.items.get(key);
  }

  /** Caches the result of a read, unless the item was written meanwhile. */
  public async fill(key: string, read: () => Promise<Item | undefined>): Promise<Item | undefined> {
    const [filled] = await this.fillMany([key], async () => [await read()]);
    return filled;
  }

  /** The same for many keys. @param read answers in the keys' order; `UNANSWERED` is not cached */
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

  /** Caches the item after a write; undefined: no item. */
  public write(key: string, item: Item | undefined): void {
    this.reading.delete(key);
    this.items.set(key, item);
  }

  /** Drops an item after a write with unknown result. */
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

/** The origin has not returned whether there is an item. */
export const UNANSWERED = Symbol('unanswered');
