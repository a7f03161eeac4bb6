import type { CacheParts } from './cache-parts.js';
import type { Entries } from './entries.js';
import type { Entry } from './entry.js';
import type { Key } from './key.js';
import type { Keys } from './keys.js';
import type { Policy } from './policy.js';
import type { Looked, SharedEntry, SharedStore, Ticket } from './shared.js';

/** The longest that a load can take whose value must not be stored after an invalidation: Lambda's longest time-out. */
const LONGEST_LOAD_MS = 15 * 60_000;

/** A question to the shared tier. What it found is in memory when it is answered, if there is room for it. */
export interface Look {
  /** A valid entry, of any age, or what is held and was confirmed. */
  readonly found?: Entry;
  /** The right to store what is loaded from now on. */
  readonly ticket?: Ticket;
}

/** Clocks of environments differ; by less than this, since Lambda synchronizes them. */
export const CLOCK_SKEW_MS = 1_000;

const NOTHING: Look = {};

/** The cache whose entries these are. */
export interface SharedEntriesParts extends Pick<CacheParts, 'now' | 'counters' | 'invalidations' | 'later'> {
  readonly cacheName: string;
  readonly policy: Policy;
  /** What it has in memory. */
  readonly entries: Entries;
  readonly keys: Keys;
}

/** What one cache has in the shared tier. */
export class SharedEntries {
  private readonly looks = new Map<Key, Promise<Look>>();
  private readonly writes = new Set<Promise<boolean>>();

  public constructor(private readonly tier: SharedStore, private readonly parts: SharedEntriesParts) {}

  /** The question about a key that is being asked. */
  public current(key: Key): Promise<Look> | undefined {
    return this.looks.get(key);
  }

  /** Brings what the tier has into memory, or takes out of memory what was invalidated. One question for a key at a time. */
  public look(key: Key): Promise<Look> {
    const current = this.looks.get(key);
    if (current !== undefined) {
      return current;
    }
    const look: Promise<Look> = this.ask(key, () => this.looks.get(key) === look);
    this.looks.set(key, look);
    return look;
  }

  /** Stores an entry; the environment stays awake for it. False if it could not be done. */
  public put(entry: Entry, ticket: Ticket): Promise<boolean> {
    if (!('stored' in entry.content)) {
      return Promise.resolve(false);
    }
    const { content: { stored: { value } }, validator, storedAt, freshUntil, tags } = entry;
    const keepMs = freshUntil - this.parts.now() + this.longestStaleMs;
    const shared: SharedEntry = { value, validator, storedAt, freshUntil, tags };
    const { cacheName, counters } = this.parts;
    const write = this.tier.store(this.parts.keys.whole(entry.key), cacheName, shared, keepMs, ticket, counters()).then((seen) => {
      entry.seen = seen ?? entry.seen;
      return seen !== undefined;
    });
    this.keepAwake(write);
    return write;
  }

  /** What was asked about the key, and is not answered yet, may be out of date. */
  public forget(key: Key): void {
    this.looks.delete(key);
  }

  public invalidate(key: Key): Promise<boolean> {
    return this.tier.invalidate(this.parts.keys.whole(key), Math.max(LONGEST_LOAD_MS, this.parts.policy.ttlMs + this.longestStaleMs));
  }

  public invalidateAll(): Promise<boolean> {
    return this.tier.invalidateCache(this.parts.cacheName);
  }

  private async ask(key: Key, isCurrent: () => boolean): Promise<Look> {
    const { invalidations } = this.parts;
    const askedAt = this.parts.now();
    const sequence = invalidations.latest;
    const held = this.parts.entries.find(key);
    let isLatest: boolean;
    let looked: Looked;
    try {
      looked = await this.tier.look(this.parts.keys.whole(key), this.parts.cacheName, this.parts.counters(), held);
    } finally {
      isLatest = isCurrent() && this.looks.delete(key);
    }
    if (!isLatest) {
      return NOTHING;
    }
    const { entry, isHeldValid, ticket } = looked;
    const inMemory = this.parts.entries.at(key);
    // What was held may have been evicted by what was found for others: it is as good as before.
    if (ticket === undefined || (inMemory !== undefined && inMemory !== held)) {
      return { ticket };
    }
    if (entry !== undefined && (held === undefined || !isHeldValid || entry.storedAt > held.storedAt - CLOCK_SKEW_MS)) {
      return { found: this.keep(key, entry, askedAt, sequence), ticket };
    }
    if (held !== undefined) {
      if (isHeldValid) {
        this.parts.entries.trust(held, askedAt);
      } else {
        this.parts.entries.drop(key);
      }
    }
    return { found: isHeldValid ? held : undefined, ticket };
  }

  private keep(key: Key, entry: SharedEntry, askedAt: number, sequence: number): Entry | undefined {
    return entry.storedAt <= askedAt + CLOCK_SKEW_MS ? this.parts.entries.addShared(key, entry, askedAt, sequence) : undefined;
  }

  private keepAwake(write: Promise<boolean>): void {
    this.writes.add(write);
    void write.finally(() => this.writes.delete(write));
    if (this.writes.size === 1) {
      const run = async () => {
        while (this.writes.size > 0) {
          await Promise.all(this.writes);
        }
      };
      this.parts.later({ run, abort: () => this.writes.clear() });
    }
  }

  private get longestStaleMs(): number {
    return Math.max(this.parts.policy.staleWhileRevalidateMs, this.parts.policy.staleIfErrorMs);
  }
}
