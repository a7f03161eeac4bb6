import { type CacheDeps, tick } from './cache-deps.js';
import type { Call } from './call.js';
import { Contents } from './contents.js';
import type { Entries } from './entries.js';
import type { Content, Entry } from './entry.js';
import { publish } from './events.js';
import { Load } from './load.js';
import type { Policy } from './policy.js';
import type { TierUse } from './shared-port.js';
import type { VersionToken } from './shared.js';
import { reasonOf } from '../values/error-text.js';
import type { Key } from '../values/key.js';
import { ReleasingMap } from '../values/releasing-map.js';
import { toCaller } from '../values/snapshot.js';
import { tagsOf } from '../values/tags.js';

/** The most keys that are recorded as having results that cannot be shared. */
const MAX_UNSHARED = 1_000;

/** The loads of one cache, one per key at a time. Stores their values. */
export class Loads {
  private readonly byKey = new ReleasingMap<Key, Load>();
  /** Keys whose last result could not be cached: such results cannot be shared, so no call should wait for one. */
  private readonly unshared = new Set<Key>();
  private readonly contents: Contents;

  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly deps: CacheDeps,
    private readonly entries: Entries,
    private readonly tier: TierUse,
  ) {
    this.contents = new Contents(cacheName, policy, deps);
  }

  /** The load under way, unless the environment may have been frozen since it began: then it may never end. */
  public get(key: Key): Load | undefined {
    const load = this.byKey.get(key);
    return load !== undefined && load.freezeCount === this.deps.freezeCount?.() ? load : undefined;
  }

  /**
   * The load under way, unless its value is known to be out of date: an invalidation since it began certainly affects it,
   * or it began so long ago that an entry of that age would not be returned either.
   *
   * An invalidation of tags may affect it if its value turns out to have one of them: see `isOutdatedFor`.
   */
  public current(key: Key, now: number): Load | undefined {
    const load = this.get(key);
    const maxAge = Math.min(this.policy.ttlMs + this.policy.staleWhileRevalidateMs, this.entries.revalidateAfterMs);
    const isCurrent = load && now - load.startedAt < maxAge
      && !this.entries.isUncertain(load.sequence)
      && !this.entries.isOutdated({ key, sequence: load.sequence, tags: tagsOf(load.context.tags).tags });
    return isCurrent ? load : undefined;
  }

  /** Whether a load that has ended began before an invalidation that affects its value, and the call was made after it. */
  public isOutdatedFor(call: Call, load: Load): boolean {
    const { key, sequence, arrival } = call;
    const isOlder = arrival !== undefined && load.arrivals < arrival.number;
    return (load.sequence < sequence || isOlder) && this.entries.isOutdated({ key, sequence: load.sequence, tags: load.tags! });
  }

  /** Whether a load of this key can be shared. */
  public shares(key: Key): boolean {
    return !this.unshared.has(key);
  }

  /** Starts a load, and registers it under its key. */
  public begin(call: Call, now: number, stale?: Entry, version?: VersionToken): Load {
    const load = this.open(call, now, stale, version);
    void this.run(load);
    return load;
  }

  /** A load that the caller runs itself, and ends with `complete` or `fail`. */
  public open(call: Call, now: number, stale?: Entry, version?: VersionToken): Load {
    this.forget(call.key);
    const { deps } = this;
    const load = new Load(
      call, now, deps.invalidations.latest, this.entries.arrivals, deps.freezeCount?.(), stale, (stored) => toCaller(stored), version,
    );
    this.byKey.set(call.key, load);
    return load;
  }

  /** Detaches the load under way from its key: it still answers its callers, but stores nothing. */
  public forget(key: Key): void {
    const load = this.byKey.get(key);
    if (load !== undefined) {
      load.superseded = true;
      this.byKey.delete(key);
    }
  }

  /** Stores a value that no load returned; undefined if it cannot be cached. */
  public store(key: Key, value: unknown, storedAt: number): Entry | undefined {
    const content = this.contents.contentOf(value);
    return content && this.entries.add(key, content, {
      storedAt,
      freshUntil: this.entries.expiryOf(storedAt, this.contents.ttlOf(value)),
      sequence: this.deps.invalidations.latest,
      requestedIn: this.entries.arrivals,
      tags: [],
    });
  }

  public complete(load: Load, value: unknown, now: number): void {
    const tags = this.end(load);
    if (!load.call.isUnchanged()) {
      this.deps.warnOnce('keyChanged', `A value of cache '${this.cacheName}' is not cached: its key changed while the loader ran. `
        + 'Do not change arguments that the option `key` reads.', this.cacheName);
      load.result.resolve({ unshared: value });
      return;
    }
    if (load.context.unshared) {
      this.remember(load.call.key, false);
      load.result.resolve({ unshared: value });
      return;
    }
    let content: Content | undefined;
    try {
      content = this.keep(load, tags, value, now);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.warnOnce('uncacheable', `A value of cache '${this.cacheName}' is not cached: ${reason}`, this.cacheName, reason);
    }
    this.remember(load.call.key, content !== undefined);
    load.result.resolve(content ?? { unshared: value });
  }

  public fail(load: Load, error: unknown, now: number): void {
    const { stale } = load;
    const tags = this.end(load);
    if (stale !== undefined && this.isNewest(load, now)) {
      stale.retryAt = now + this.policy.retryAfterMs;
    }
    // A value that may still be returned is better than an error.
    const isBetter = stale !== undefined && 'stored' in stale.content;
    const { negativeTtlMs } = this.policy;
    if (!isBetter && negativeTtlMs !== undefined && this.mayStore(load, tags, now) && load.call.isUnchanged() && this.contents.isCacheable(error)) {
      const content = this.contents.contentOfError(error);
      if (content !== undefined) {
        this.add(load, tags, content, negativeTtlMs, now);
      }
    }
    load.result.reject(error);
  }

  /** Calls the origin, and counts the call. */
  public async measured<T>(key: Key | undefined, load: () => T): Promise<Awaited<T>> {
    const startedAt = process.hrtime();
    const elapsed = () => {
      const [seconds, nanoseconds] = process.hrtime(startedAt);
      return seconds * 1_000 + nanoseconds / 1_000_000;
    };
    this.deps.counters().originCalls++;
    try {
      const value = await load();
      publish('load', this.cacheName, key, elapsed());
      return value;
    } catch (error) {
      this.deps.counters().originErrors++;
      publish('error', this.cacheName, key, elapsed(), error);
      throw error;
    } finally {
      this.deps.counters().addOriginDuration(elapsed());
    }
  }

  /** Calls the loader for a load, for no longer than the policy allows. */
  private call(load: Load): Promise<unknown> {
    const { hardTimeoutMs, batched } = this.policy;
    const call = () => load.run(() => load.call.load(), this.cacheName, hardTimeoutMs);
    return batched ? call() : this.measured(load.call.key, call);
  }

  /** Turns a load's value into an entry, if that is possible and allowed; undefined if the value cannot be shared. */
  private keep(load: Load, tags: readonly string[] | undefined, value: unknown, now: number): Content | undefined {
    const { context, stale } = load;
    const content = context.renewed ? stale!.content : this.contents.contentOf(value);
    if (content !== undefined && this.mayStore(load, tags, now)) {
      this.add(load, tags, content, context.ttlMs ?? this.contents.ttlOf(value), now);
    } else if (this.isNewest(load, now)) {
      // The stored entry is older than the value that its callers have now.
      this.entries.drop(load.call.key);
    }
    return content;
  }

  /** Whether the load's value may be stored: its loader allows it, and there was no invalidation or newer entry since it began. */
  private mayStore(load: Load, tags: readonly string[] | undefined, now: number): tags is readonly string[] {
    const { call: { key }, context: { cacheable, ttlMs = Infinity }, sequence } = load;
    return cacheable && ttlMs > 0 && this.isNewest(load, now) && tags !== undefined && !this.entries.isOutdated({ key, sequence, tags });
  }

  /** Whether nothing newer has replaced it: a later load, or an entry that another environment loaded later. */
  private isNewest({ call: { key }, startedAt, superseded }: Load, now: number): boolean {
    return !superseded && !((this.entries.find(key, now)?.storedAt ?? startedAt) > startedAt);
  }

  private add(load: Load, tags: readonly string[], content: Content, ttlMs: number, now: number): void {
    const { call: { key }, context: { validator }, sequence, arrivals, startedAt, version } = load;
    const freshUntil = this.entries.expiryOf(startedAt, ttlMs);
    const entry = this.entries.add(key, content, { storedAt: startedAt, freshUntil, sequence, requestedIn: arrivals, tags, validator, version });
    if (entry !== undefined && version !== undefined) {
      void this.tier.forAll?.put(entry, version, now);
    }
  }

  private remember(key: Key, shared: boolean): void {
    if (shared) {
      this.unshared.delete(key);
    } else {
      if (this.unshared.size >= MAX_UNSHARED) {
        this.unshared.clear();
      }
      this.unshared.add(key);
    }
  }

  private async run(load: Load): Promise<void> {
    let value: unknown;
    try {
      value = await this.call(load);
    } catch (error) {
      this.fail(load, error, tick(this.deps));
      return;
    }
    this.complete(load, value, tick(this.deps));
  }

  /**
   * Removes the load from those under way.
   *
   * @returns the value's tags; undefined (logged once) if one of them is not a valid tag, since invalidating it would miss the entry, or if
   *   its ttl is not valid
   */
  private end(load: Load): readonly string[] | undefined {
    if (this.byKey.get(load.call.key) === load) {
      this.byKey.delete(load.call.key);
    }
    const { context: { renewed, tags: given, ttlError }, stale } = load;
    const { tags, refused } = tagsOf(given);
    // A renewed entry keeps its tags, unless the loader has set new ones.
    load.tags = renewed && tags.length === 0 ? stale!.tags : tags;
    const mistake = ttlError
      ?? (refused === undefined ? undefined : `${refused} is among its tags. Set loadContext().tags to a list of strings and numbers.`);
    if (mistake === undefined) {
      return load.tags;
    }
    this.deps.warnOnce(ttlError === undefined ? 'badTags' : 'badTtl', `A value of cache '${this.cacheName}' is not cached: ${mistake}`, this.cacheName);
    return undefined;
  }
}
