import type { CacheParts } from './cache-parts.js';
import type { Call } from './call.js';
import type { Entries } from './entries.js';
import type { Content, Entry } from './entry.js';
import { reasonOf } from './error-text.js';
import { tell } from './events.js';
import type { Key } from './key.js';
import { Load } from './load.js';
import type { Policy } from './policy.js';
import type { VersionToken } from './shared.js';
import { isError, StoredError } from './stored-error.js';
import { tagsOf } from './tags.js';
import type { TierUse } from './tier-use.js';
import { handOut, store } from './value.js';

/** So many keys are remembered for results that cannot be shared. */
const MAX_UNSHARED = 1_000;

/** The loads of one cache: one for a key at a time. Turns what the loader brings into entries. */
export class Loads {
  private readonly byKey = new Map<Key, Load>();
  /** Keys whose last result could not be cached: such results cannot be shared, so nobody should wait for one. */
  private readonly unshared = new Set<Key>();

  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly parts: CacheParts,
    private readonly entries: Entries,
    private readonly tier: TierUse,
  ) {}

  /** The load under way, unless the environment may have been frozen since it began: then it may never end. */
  public at(key: Key): Load | undefined {
    const load = this.byKey.get(key);
    return load !== undefined && load.freezes === this.parts.freezes?.() ? load : undefined;
  }

  /**
   * The load under way, unless what it brings is known to be out of date: an invalidation since it began concerns it for certain,
   * or it began so long ago that an entry of that age would not be returned either.
   *
   * An invalidation of tags may concern it, if it turns out to have one: see `isOutdatedFor`.
   */
  public current(key: Key): Load | undefined {
    const load = this.at(key);
    const maxAge = Math.min(this.policy.ttlMs + this.policy.staleWhileRevalidateMs, this.entries.trustMs);
    const isCurrent = load && this.parts.now() - load.startedAt < maxAge
      && !this.entries.isOutdated({ sequence: load.sequence, tags: tagsOf(load.context.tags).tags });
    return isCurrent ? load : undefined;
  }

  /** Whether a load that has ended began before an invalidation that concerns what it brought, and the call was made after one. */
  public isOutdatedFor({ sequence }: Call, load: Load): boolean {
    return load.sequence < sequence && this.entries.isOutdated({ sequence: load.sequence, tags: load.tags! });
  }

  /** Whether others may have what a load of this key brings. */
  public shares(key: Key): boolean {
    return !this.unshared.has(key);
  }

  /** Begins a load, and makes it the key's. */
  public begin(call: Call, stale?: Entry, ticket?: VersionToken): Load {
    const load = this.open(call, stale, ticket);
    void this.run(load);
    return load;
  }

  /** A load whose value somebody else brings, to `complete` or to `fail`. */
  public open(call: Call, stale?: Entry, ticket?: VersionToken): Load {
    this.forget(call.key);
    const { parts } = this;
    const load = new Load(call, parts.now(), parts.invalidations.latest, parts.freezes?.(), stale, (stored) => handOut(stored), ticket);
    this.byKey.set(call.key, load);
    return load;
  }

  /** Makes the load under way nobody's: it answers its callers and stores nothing. */
  public forget(key: Key): void {
    const load = this.byKey.get(key);
    if (load !== undefined) {
      load.superseded = true;
      this.byKey.delete(key);
    }
  }

  /** Stores a value that no load brought; undefined if it cannot be cached. */
  public store(key: Key, value: unknown): Entry | undefined {
    const content = this.contentOf(value);
    const storedAt = this.parts.now();
    return content && this.entries.add(key, content, {
      storedAt, freshUntil: this.entries.endOf(storedAt, this.ttlOf(value)), sequence: this.parts.invalidations.latest, tags: [],
    });
  }

  public complete(load: Load, value: unknown): void {
    const tags = this.end(load);
    if (!load.call.isUnchanged()) {
      this.parts.warnOnce('keyChanged', `A value of cache '${this.cacheName}' is not cached: its key changed while the loader ran. `
        + 'Do not change arguments that the option `key` reads.', this.cacheName);
      load.result.resolve({ unshared: value });
      return;
    }
    let content: Content | undefined;
    try {
      content = this.keep(load, tags, value);
    } catch (error) {
      const reason = reasonOf(error);
      this.parts.warnOnce('uncacheable', `A value of cache '${this.cacheName}' is not cached: ${reason}`, this.cacheName, reason);
    }
    this.remember(load.call.key, content !== undefined);
    load.result.resolve(content ?? { unshared: value });
  }

  public fail(load: Load, error: unknown): void {
    const { stale } = load;
    const tags = this.end(load);
    if (stale !== undefined && this.isNewest(load)) {
      stale.retryAt = this.parts.now() + this.policy.retryAfterMs;
    }
    // A value that may still be returned is better than an error.
    const isBetter = stale !== undefined && 'stored' in stale.content;
    if (!isBetter && this.policy.negativeTtlMs !== undefined && this.mayStore(load, tags) && load.call.isUnchanged() && this.isCacheable(error)) {
      const content = this.contentOfError(error);
      if (content !== undefined) {
        this.add(load, tags, content, this.policy.negativeTtlMs);
      }
    }
    load.result.reject(error);
  }

  /** Calls the origin, and counts that. */
  public async measured<T>(key: Key | undefined, load: () => T): Promise<Awaited<T>> {
    const startedAt = process.hrtime();
    const elapsed = () => {
      const [seconds, nanoseconds] = process.hrtime(startedAt);
      return seconds * 1_000 + nanoseconds / 1_000_000;
    };
    this.parts.counters().originCalls++;
    try {
      const value = await load();
      tell('load', this.cacheName, key, elapsed());
      return value;
    } catch (error) {
      this.parts.counters().originErrors++;
      tell('error', this.cacheName, key, elapsed(), error);
      throw error;
    } finally {
      this.parts.counters().addOriginDuration(elapsed());
    }
  }

  /** Calls the loader for a load, no longer than the policy allows. */
  private call(load: Load): Promise<unknown> {
    const { hardTimeoutMs, batched } = this.policy;
    const call = () => load.run(() => load.call.load(), this.cacheName, hardTimeoutMs);
    return batched ? call() : this.measured(load.call.key, call);
  }

  /** Makes an entry of what a load brought, where that is possible and wanted; undefined if the value cannot be shared. */
  private keep(load: Load, tags: readonly string[] | undefined, value: unknown): Content | undefined {
    const { context, stale } = load;
    const content = context.renewed ? stale!.content : this.contentOf(value);
    if (content !== undefined && this.mayStore(load, tags)) {
      this.add(load, tags, content, context.ttlMs ?? this.ttlOf(value));
    } else if (this.isNewest(load)) {
      // What is stored is older than what its callers have now.
      this.entries.drop(load.call.key);
    }
    return content;
  }

  /** Whether nothing forbids storing what the load brings: not its loader, not what happened since it began. */
  private mayStore(load: Load, tags: readonly string[] | undefined): tags is readonly string[] {
    const { context: { cacheable, ttlMs = Infinity }, sequence } = load;
    return cacheable && ttlMs > 0 && this.isNewest(load) && tags !== undefined && !this.entries.isOutdated({ sequence, tags });
  }

  /** Whether nothing that began later has taken its place: another load, or what another environment has loaded. */
  private isNewest({ call: { key }, startedAt, superseded }: Load): boolean {
    return !superseded && !((this.entries.find(key)?.storedAt ?? startedAt) > startedAt);
  }

  private add(load: Load, tags: readonly string[], content: Content, ttlMs: number): void {
    const { call: { key }, context: { validator }, sequence, startedAt, ticket } = load;
    const freshUntil = this.entries.endOf(startedAt, ttlMs);
    const entry = this.entries.add(key, content, { storedAt: startedAt, freshUntil, sequence, tags, validator, version: ticket });
    if (entry !== undefined && ticket !== undefined) {
      void this.tier.forAll?.put(entry, ticket);
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
      this.fail(load, error);
      return;
    }
    this.complete(load, value);
  }

  /**
   * The load is no longer under way.
   *
   * @returns the tags of what it brought; undefined (logged once) if one cannot be a tag, since invalidating it would miss the entry, or if
   *   its ttl cannot be one
   */
  private end(load: Load): readonly string[] | undefined {
    if (this.byKey.get(load.call.key) === load) {
      this.byKey.delete(load.call.key);
    }
    const { context: { renewed, tags: given, ttlMistake }, stale } = load;
    const { tags, refused } = tagsOf(given);
    // An entry that is renewed keeps its tags, unless the loader has set others.
    load.tags = renewed && tags.length === 0 ? stale!.tags : tags;
    const mistake = ttlMistake
      ?? (refused === undefined ? undefined : `${refused} is among its tags. Set loadContext().tags to a list of texts and numbers.`);
    if (mistake === undefined) {
      return load.tags;
    }
    this.parts.warnOnce(ttlMistake === undefined ? 'badTags' : 'badTtl', `A value of cache '${this.cacheName}' is not cached: ${mistake}`, this.cacheName);
    return undefined;
  }

  private ttlOf(value: unknown): number {
    return (value === undefined || value === null ? this.policy.negativeTtlMs : undefined) ?? this.policy.ttlMs;
  }

  private isCacheable(error: unknown): boolean {
    try {
      return this.policy.cacheErrors?.(error) ?? false;
    } catch (mistake) {
      const reason = reasonOf(mistake);
      this.parts.warnOnce('cacheErrorsFailed', `The option cacheErrors of cache '${this.cacheName}' failed: ${reason}. The error is not cached.`, this.cacheName, reason);
      return false;
    }
  }

  private contentOf(value: unknown): Content | undefined {
    return this.storable(() => ({ stored: store(value) }), 'Return plain data from the loader');
  }

  private contentOfError(error: unknown): Content | undefined {
    return this.storable(() => ({ error: isError(error) ? new StoredError(error) : store(error) }), 'Throw errors or plain data');
  }

  private storable(content: () => Content, remedy: string): Content | undefined {
    try {
      return content();
    } catch (error) {
      this.parts.counters().uncacheable++;
      const reason = reasonOf(error);
      this.parts.warnOnce('uncacheable', `A value of cache '${this.cacheName}' is not cached: it is or contains ${reason}. `
        + `${remedy}: objects, arrays, dates, maps, sets, bytes and primitive values.`, this.cacheName, reason);
      return undefined;
    }
  }
}
