import type { CacheParts } from './cache-parts.js';
import type { Entries } from './entries.js';
import type { Entry } from './entry.js';
import type { Key } from './key.js';
import type { Keys } from './keys.js';
import type { Policy } from './policy.js';
import { MAX_KEEP_MS, type SharedEntry, type SharedLookup, type SharedStore, type UNCONDITIONAL, type VersionToken } from './shared.js';

/** What a look-up in the shared tier brought. What it found is in memory by then, if there is room for it. */
export interface Look {
  /** A valid entry, of any age, or the local copy, confirmed. */
  readonly found?: Entry;
  /** The condition for storing what is loaded from now on. */
  readonly ticket?: VersionToken;
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

  /** The look-up of a key that is under way. */
  public current(key: Key): Promise<Look> | undefined {
    return this.looks.get(key);
  }

  /** Brings what the tier has into memory, or takes out of memory what the tier does not confirm. One look-up of a key at a time. */
  public look(key: Key): Promise<Look> {
    const current = this.looks.get(key);
    if (current !== undefined) {
      return current;
    }
    const look: Promise<Look> = this.ask(key, () => this.looks.get(key) === look);
    this.looks.set(key, look);
    return look;
  }

  /** Stores an entry; the environment stays awake for it. False if it could not be done, or nobody could use the entry any more. */
  public put(entry: Entry, condition: VersionToken | typeof UNCONDITIONAL): Promise<boolean> {
    const { content, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags } = entry;
    const usableMs = freshUntil - this.parts.now() + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    if (!('stored' in content) || usableMs <= 0) {
      return Promise.resolve(false);
    }
    const shared: SharedEntry = { value: content.stored.value, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags };
    const keepMs = Math.ceil(Math.min(usableMs, MAX_KEEP_MS));
    const { cacheName, counters } = this.parts;
    const write = this.tier.store(this.parts.keys.whole(entry.key), cacheName, shared, keepMs, condition, counters).then((version) => {
      entry.version = version ?? entry.version;
      return version !== undefined;
    });
    this.keepAwake(write);
    return write;
  }

  /** The look-up of the key that is under way may be out of date. */
  public forget(key: Key): void {
    this.looks.delete(key);
  }

  public invalidate(key: Key): Promise<boolean> {
    return this.tier.invalidate(this.parts.keys.whole(key));
  }

  public invalidateAll(): Promise<boolean> {
    return this.tier.invalidateCache(this.parts.cacheName);
  }

  private async ask(key: Key, isCurrent: () => boolean): Promise<Look> {
    const { invalidations, entries } = this.parts;
    const askedAt = this.parts.now();
    const sequence = invalidations.latest;
    const localCopy = entries.find(key);
    let isLatest: boolean;
    let lookup: SharedLookup;
    try {
      lookup = await this.tier.read(this.parts.keys.whole(key), this.parts.cacheName, this.parts.counters, localCopy);
    } finally {
      isLatest = isCurrent() && this.looks.delete(key);
    }
    if (!isLatest) {
      return NOTHING;
    }
    const { entry, isLocalCopyValid, version: ticket } = lookup;
    const inMemory = entries.at(key);
    // The local copy may have been evicted by what was found for other keys: it is as good as before.
    if (ticket === undefined || (inMemory !== undefined && inMemory !== localCopy)) {
      return { ticket };
    }
    if (localCopy !== undefined && isLocalCopyValid) {
      entries.trust(localCopy, askedAt);
      return { found: localCopy, ticket };
    }
    entries.drop(key);
    return { found: entry && this.keep(key, entry, askedAt, sequence), ticket };
  }

  private keep(key: Key, entry: NonNullable<SharedLookup['entry']>, askedAt: number, sequence: number): Entry | undefined {
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
}
