import type { CacheDeps } from './cache-deps.js';
import { stateOf } from './entry-state.js';
import type { Content, Entry, EntryOwner } from './entry.js';
import { publish } from './events.js';
import type { Invalidatable } from './invalidations.js';
import type { Keys } from './keys.js';
import type { Policy } from './policy.js';
import type { LookupMoment } from './shared-port.js';
import type { SharedLookup, VersionToken } from './shared.js';
import { reasonOf } from '../values/error-text.js';
import { freezeJson } from '../values/freeze-json.js';
import { hashOf } from '../values/key-hash.js';
import type { Key } from '../values/key.js';
import { ReleasingMap } from '../values/releasing-map.js';
import { retain } from '../values/retained.js';
import { sizeOfArray, sizeOfNumber, sizeOfString } from '../values/size.js';
import { snapshotOwned, ownString } from '../values/snapshot.js';

/** Bytes of an entry's own object, its slots in the index and in lru-cache, and its hits' promise; measured by `npx projen bench`. */
export const ENTRY_OVERHEAD = 540;

/** Bytes of the version token of an entry that is in the shared tier. */
const VERSION_TOKEN_BYTES = 176;

const NO_TAGS: readonly string[] = [];

/** A load's data about the entry that it creates. */
export interface NewEntry extends Invalidatable {
  readonly storedAt: number;
  readonly freshUntil: number;
  readonly validator?: unknown;
  readonly version?: VersionToken;
  /** See `Entry`. */
  readonly requestedIn: number;
  /** Default: the policy's. */
  readonly staleWhileRevalidateMs?: number;
  readonly staleIfErrorMs?: number;
}

/** The entries of one cache by key, kept in sync with the memory that all caches share. */
export class Entries implements EntryOwner {
  private readonly index = new ReleasingMap<Key, Entry>();
  private readonly salt: number;
  /** Entries whose load began before this invalidation of the whole cache are invalid. */
  private allInvalidatedAt = 0;

  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly deps: CacheDeps,
    private readonly keys: Pick<Keys, 'toSharedKey'>,
  ) {
    this.salt = hashOf(cacheName, 0);
  }

  /** The entry in any state, even invalidated: only for the plain hit, which checks that itself. All others use `find`. */
  public get(key: Key): Entry | undefined {
    return this.index.get(key);
  }

  /** The entry, unless it was invalidated meanwhile, or the clock jumped back and its age is unknown. */
  public find(key: Key, now: number): Entry | undefined {
    const entry = this.index.get(key);
    if (entry === undefined) {
      return undefined;
    }
    if (this.isOutdated(entry, entry.validatedAtEpoch) || this.isUncertain(entry.validatedAtEpoch) || now < entry.storedAt) {
      this.drop(key);
      return undefined;
    }
    entry.validatedAtEpoch = this.deps.invalidations.latest;
    return entry;
  }

  /** The same, unless it is too old to be returned at all. */
  public findUsable(key: Key, now: number): Entry | undefined {
    const entry = this.find(key, now);
    return entry === undefined || stateOf(entry, now) === 'gone' ? undefined : entry;
  }

  /**
   * Whether an invalidation came after the entry's load began, here or in another environment.
   *
   * @param since the latest invalidation that is known not to affect it
   */
  public isOutdated(entry: Invalidatable & { readonly key: Key }, since = entry.sequence): boolean {
    const { invalidations, coherence } = this.deps;
    if (entry.sequence < this.allInvalidatedAt || invalidations.hasInvalidated(entry)) {
      return true;
    }
    const { cacheName } = this;
    return coherence?.hasChanged({ sequence: since, tags: entry.tags, cacheName, wholeKey: () => this.keys.toSharedKey(entry.key) }) ?? false;
  }

  /** Whether an entry that was last validated then may have missed a change in another environment that is no longer in the log. */
  public isUncertain(since: number): boolean {
    return this.deps.coherence?.isUncertain(since) ?? false;
  }

  /** How many invocations have begun so far. */
  public get arrivals(): number {
    return this.deps.coherence?.arrivals ?? 0;
  }

  /** When an entry with that ttl expires: earlier at random (jitter), so that entries that were loaded together do not expire together. */
  public expiryOf(storedAt: number, ttlMs: number): number {
    return storedAt + ttlMs * (1 - this.policy.jitter * Math.random());
  }

  /** How long a value may be used before the shared tier must confirm it. */
  public get revalidateAfterMs(): number {
    return this.deps.shared === undefined ? Infinity : this.policy.memoryTtlMs ?? Infinity;
  }

  /** Records that the entry was valid at that time, when `requestedIn` invocations had begun. */
  public markValidated(entry: Entry, at: number, requestedIn: number): void {
    entry.requestedIn = requestedIn;
    entry.revalidateAt = at + this.revalidateAfterMs;
  }

  /** Replaces the existing entry; undefined if the new one is larger than all memory. */
  public add(key: Key, content: Content, fields: NewEntry): Entry | undefined {
    const entry = this.make(key, content, fields);
    this.markValidated(entry, entry.storedAt, fields.requestedIn);
    return this.keep(entry) ? entry : undefined;
  }

  /**
   * Replaces the entry in memory by one from the shared tier, whose value no other code has; undefined if it cannot be
   * used. It can be used even if there is no room for it. It is stale for no longer than both its own windows and this policy allow.
   */
  public addShared(key: Key, found: NonNullable<SharedLookup['entry']>, { at, arrivals, sequence }: LookupMoment): Entry | undefined {
    try {
      const { value, isJson, freshUntil, validator, version, tags } = found;
      const entry = this.make(key, { stored: isJson === true ? freezeJson(value) : snapshotOwned(value) }, {
        storedAt: Math.min(found.storedAt, at),
        freshUntil,
        validator,
        version,
        tags,
        staleWhileRevalidateMs: Math.min(found.staleWhileRevalidateMs, this.policy.staleWhileRevalidateMs),
        staleIfErrorMs: Math.min(found.staleIfErrorMs, this.policy.staleIfErrorMs),
        sequence,
        requestedIn: arrivals,
      });
      this.markValidated(entry, at, arrivals);
      this.keep(entry);
      return entry;
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.warnOnce('sharedUnusable', `An entry of cache '${this.cacheName}' in the shared cache cannot be used: ${reason}.`, this.cacheName, reason);
      return undefined;
    }
  }

  public drop(key: Key): void {
    const entry = this.index.get(key);
    if (entry !== undefined) {
      this.index.delete(key);
      this.deps.memory.remove(entry);
    }
  }

  public clear(): void {
    for (const key of this.index.keys()) {
      this.drop(key);
    }
  }

  /** Invalidates every entry, at the same cost for any number of them: they are dropped when they are found, or evicted. */
  public invalidateAll(): void {
    this.allInvalidatedAt = this.deps.invalidations.next();
  }

  public evicted(entry: Entry): void {
    this.index.delete(entry.key);
    this.deps.counters().evictions++;
    publish('eviction', this.cacheName, entry.key);
  }

  private make(rawKey: Key, content: Content, fields: NewEntry): Entry {
    const { earlyRefresh } = this.policy;
    const { storedAt, freshUntil, sequence, version } = fields;
    const key = typeof rawKey === 'string' ? ownString(rawKey) : rawKey;
    const tags = fields.tags.length === 0 ? NO_TAGS : fields.tags.map(ownString);
    const validator = retain(fields.validator);
    const lifetime = freshUntil - storedAt;
    return {
      key,
      owner: this,
      content,
      storedAt,
      freshUntil,
      staleWhileRevalidateMs: fields.staleWhileRevalidateMs ?? this.policy.staleWhileRevalidateMs,
      staleIfErrorMs: fields.staleIfErrorMs ?? this.policy.staleIfErrorMs,
      // Random in every environment, so that not all of them refresh at once.
      refreshAt: storedAt + lifetime * (earlyRefresh + (1 - earlyRefresh) * Math.random()),
      revalidateAt: 0,
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
      hash: hashOf(key, this.salt),
      uses: 0,
      recencyEpoch: 0,
      // Not the latest: an invalidation during the load or read may affect it.
      validatedAtEpoch: sequence,
      answer: undefined,
      requestedIn: fields.requestedIn,
    };
  }

  /** Whether there is room for it. */
  private keep(entry: Entry): boolean {
    this.drop(entry.key);
    if (!this.deps.memory.add(entry)) {
      this.deps.counters().uncacheable++;
      this.deps.warnOnce('tooLarge', `A value of cache '${this.cacheName}' is not cached: its ${entry.bytes} bytes exceed the memory limit. `
        + 'Raise maxMemory, or cache less of the value.', this.cacheName);
      return false;
    }
    this.index.set(entry.key, entry);
    return true;
  }
}
