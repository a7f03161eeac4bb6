import type { CacheParts } from './cache-parts.js';
import { type Content, type Entry, type EntryOwner, isUsable } from './entry.js';
import { reasonOf } from './error-text.js';
import { tell } from './events.js';
import type { Invalidatable } from './invalidations.js';
import type { Key } from './key.js';
import type { Policy } from './policy.js';
import { retain } from './retained.js';
import type { SharedLookup, VersionToken } from './shared.js';
import { sizeOfArray, sizeOfNumber, sizeOfString } from './size.js';
import { adopt, ownString } from './value.js';

/** Bytes of an entry's own object and of its slots in the index and in lru-cache; measured by `npx projen bench`. */
export const ENTRY_OVERHEAD = 496;

/** Bytes of the version token of an entry that is in the shared tier. */
const VERSION_TOKEN_BYTES = 176;

const NO_TAGS: readonly string[] = [];

/** What a load says about the entry that it makes. */
export interface NewEntry extends Invalidatable {
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly validator?: unknown;
  readonly version?: VersionToken;
  /** Default: the policy's. */
  readonly staleWhileRevalidateMs?: number;
  readonly staleIfErrorMs?: number;
}

/** The entries of one cache by key, kept in step with the memory that all caches share. */
export class Entries implements EntryOwner {
  private readonly index = new Map<Key, Entry>();
  /** Entries whose load began before this invalidation of the whole cache are invalid. */
  private allInvalidatedAt = 0;

  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly parts: CacheParts,
  ) {}

  /** Whatever is there, fresh or not: a hit must look no further if `isCurrent`, else ask `find`. */
  public at(key: Key): Entry | undefined {
    return this.index.get(key);
  }

  /** The entry, unless it was invalidated meanwhile, or the clock jumped back and its age is unknown. */
  public find(key: Key): Entry | undefined {
    const entry = this.index.get(key);
    if (entry === undefined) {
      return undefined;
    }
    // First: a look at the clock may invalidate everything.
    const now = this.parts.now();
    if (this.isOutdated(entry) || now < entry.storedAt) {
      this.drop(key);
      return undefined;
    }
    entry.checked = this.parts.invalidations.latest;
    return entry;
  }

  /** The same, unless it is too old to be returned in any case. */
  public findUsable(key: Key): Entry | undefined {
    const entry = this.find(key);
    const now = this.parts.now();
    return entry && (isUsable(entry, now, 'staleIfErrorMs') || isUsable(entry, now, 'staleWhileRevalidateMs')) ? entry : undefined;
  }

  /** Whether an invalidation came after the entry's load began. */
  public isOutdated(entry: Invalidatable): boolean {
    return entry.sequence < this.allInvalidatedAt || this.parts.invalidations.hasInvalidated(entry);
  }

  /** When an entry of that ttl ends: earlier than that by chance, so that entries that were loaded together do not end together. */
  public endOf(storedAt: number, ttlMs: number): number {
    return storedAt + ttlMs * (1 - this.policy.jitter * Math.random());
  }

  /** How long a value may be used before the shared tier must be asked about it. */
  public get trustMs(): number {
    return this.parts.shared === undefined ? Infinity : this.policy.memoryTtlMs ?? Infinity;
  }

  /** At that time, the entry was the one. */
  public trust(entry: Entry, at: number): void {
    entry.trustedUntil = at + this.trustMs;
    entry.plainUntil = Math.min(entry.refreshAt, entry.trustedUntil);
  }

  /** Puts an entry in the place of the one that is there; undefined if it is larger than all memory. */
  public add(key: Key, content: Content, said: NewEntry): Entry | undefined {
    const entry = this.make(key, content, said);
    this.trust(entry, entry.storedAt);
    return this.keep(entry) ? entry : undefined;
  }

  /**
   * Puts an entry from the shared tier, whose value nobody else has, in the place of the one that is there; undefined if it cannot be
   * used. It can be used where there is no room for it. It is stale for no longer than both its own windows and this policy allow.
   */
  public addShared(key: Key, { value, ...said }: NonNullable<SharedLookup['entry']>, askedAt: number, sequence: number): Entry | undefined {
    try {
      const entry = this.make(key, { stored: adopt(value) }, {
        ...said,
        storedAt: Math.min(said.storedAt, askedAt),
        staleWhileRevalidateMs: Math.min(said.staleWhileRevalidateMs, this.policy.staleWhileRevalidateMs),
        staleIfErrorMs: Math.min(said.staleIfErrorMs, this.policy.staleIfErrorMs),
        sequence,
      });
      this.trust(entry, askedAt);
      this.keep(entry);
      return entry;
    } catch (error) {
      const reason = reasonOf(error);
      this.parts.warnOnce('sharedUnusable', `An entry of cache '${this.cacheName}' in the shared cache cannot be used: ${reason}.`, this.cacheName, reason);
      return undefined;
    }
  }

  public drop(key: Key): void {
    const entry = this.index.get(key);
    if (entry !== undefined) {
      this.index.delete(key);
      this.parts.memory.remove(entry);
    }
  }

  public clear(): void {
    for (const key of this.index.keys()) {
      this.drop(key);
    }
  }

  /** Forgets every entry, whatever their number at the same cost: they are dropped when they are found, or evicted. */
  public invalidateAll(): void {
    this.allInvalidatedAt = this.parts.invalidations.next();
  }

  public evicted(entry: Entry): void {
    this.index.delete(entry.key);
    this.parts.counters().evictions++;
    tell('eviction', this.cacheName, entry.key);
  }

  private make(asked: Key, content: Content, said: NewEntry): Entry {
    const { earlyRefresh } = this.policy;
    const { storedAt, freshUntil, sequence, version } = said;
    const key = typeof asked === 'string' ? ownString(asked) : asked;
    const tags = said.tags.length === 0 ? NO_TAGS : said.tags.map(ownString);
    const validator = retain(said.validator);
    const lifetime = freshUntil - storedAt;
    return {
      key,
      owner: this,
      content,
      storedAt,
      freshUntil,
      staleWhileRevalidateMs: said.staleWhileRevalidateMs ?? this.policy.staleWhileRevalidateMs,
      staleIfErrorMs: said.staleIfErrorMs ?? this.policy.staleIfErrorMs,
      // A moment of its own for every environment, so that not all refresh at once.
      refreshAt: storedAt + lifetime * (earlyRefresh + (1 - earlyRefresh) * Math.random()),
      trustedUntil: 0,
      plainUntil: 0,
      version,
      validator: validator.value,
      tags,
      sequence,
      bytes: Math.ceil(ENTRY_OVERHEAD
        + (typeof key === 'string' ? sizeOfString(key) : sizeOfNumber(key))
        + ('stored' in content ? content.stored : content.error).bytes
        + (tags.length === 0 ? 0 : sizeOfArray(tags.length) + tags.reduce((bytes, tag) => bytes + sizeOfString(tag), 0))
        + validator.bytes
        + (version === undefined ? 0 : VERSION_TOKEN_BYTES)),
      retryAt: 0,
      generation: 0,
      checked: this.parts.invalidations.latest,
    };
  }

  /** Whether there is room for it. */
  private keep(entry: Entry): boolean {
    this.drop(entry.key);
    if (!this.parts.memory.add(entry)) {
      this.parts.counters().uncacheable++;
      this.parts.warnOnce('tooLarge', `A value of cache '${this.cacheName}' is not cached: its ${entry.bytes} bytes exceed the memory bound. `
        + 'Raise maxMemory, or cache less of it.', this.cacheName);
      return false;
    }
    this.index.set(entry.key, entry);
    return true;
  }
}
