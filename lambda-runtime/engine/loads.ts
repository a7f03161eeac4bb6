import type { CacheParts } from './cache.js';
import type { Entries } from './entries.js';
import type { Content, Entry } from './entry.js';
import { events } from './events.js';
import type { Key } from './key.js';
import { messageOf } from './kind.js';
import { Load, LoadTimeoutError } from './load.js';
import type { Policy } from './policy.js';
import { handOut, store } from './value.js';

/** The loads of one cache: one for a key at a time. Turns what the loader brings into entries. */
export class Loads {
  /** False after a result that cannot be cached: such results cannot be shared, so nobody should wait for one. */
  public shares = true;
  private readonly byKey = new Map<Key, Load>();

  public constructor(
    private readonly cacheName: string,
    private readonly policy: Policy,
    private readonly parts: CacheParts,
    private readonly entries: Entries,
  ) {}

  /** The load under way. */
  public at(key: Key): Load | undefined {
    return this.byKey.get(key);
  }

  /** The load under way, unless it began before an invalidation: then what it brings may be out of date. */
  public current(key: Key): Load | undefined {
    const load = this.byKey.get(key);
    return load?.sequence === this.parts.invalidations.latest ? load : undefined;
  }

  /** Begins a load, and makes it the key's. */
  public begin(key: Key, loader: () => unknown, stale?: Entry): Load {
    const load = this.open(key, stale);
    void this.run(load, loader);
    return load;
  }

  /** A load whose value somebody else brings, to `complete` or to `fail`. */
  public open(key: Key, stale?: Entry): Load {
    this.forget(key);
    const load = new Load(key, this.parts.now(), this.parts.invalidations.latest, stale, (stored) => handOut(stored));
    this.byKey.set(key, load);
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

  /** Stores a value that no load brought; false if it cannot be cached. */
  public store(key: Key, value: unknown): boolean {
    const content = this.contentOf(value);
    return content !== undefined && this.entries.add(key, content, {
      storedAt: this.parts.now(), ttlMs: this.ttlOf(value), sequence: this.parts.invalidations.latest, tags: [],
    });
  }

  public complete(load: Load, value: unknown): void {
    const { context, key, sequence, startedAt, stale, superseded } = load;
    this.close(load);
    const { tags, validator } = context;
    const content = context.renewed ? stale!.content : this.contentOf(value);
    this.shares = content !== undefined;
    if (content !== undefined && context.cacheable && !superseded && !this.entries.isOutdated({ sequence, tags })) {
      this.entries.add(key, content, { storedAt: startedAt, ttlMs: context.ttlMs ?? this.ttlOf(value), sequence, tags, validator });
    }
    load.result.resolve(content ?? { unshared: value });
  }

  public fail(load: Load, error: unknown): void {
    const { key, sequence, startedAt, stale, superseded } = load;
    this.close(load);
    if (stale !== undefined) {
      stale.retryAt = this.parts.now() + this.policy.retryAfterMs;
    } else if (!superseded && this.policy.negativeTtlMs !== undefined && this.isCacheable(error)) {
      this.entries.add(key, { error }, { storedAt: startedAt, ttlMs: this.policy.negativeTtlMs, sequence, tags: [] });
    }
    load.result.reject(error);
  }

  /** Calls the origin, and counts that. */
  public async measured<T>(key: Key | undefined, load: () => T): Promise<Awaited<T>> {
    const startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    this.parts.counters().originCalls++;
    try {
      const value = await load();
      if (events.load.hasSubscribers) {
        events.load.publish({ cache: this.cacheName, key, milliseconds: elapsed() });
      }
      return value;
    } catch (error) {
      this.parts.counters().originErrors++;
      if (events.error.hasSubscribers) {
        events.error.publish({ cache: this.cacheName, key, error, milliseconds: elapsed() });
      }
      throw error;
    } finally {
      this.parts.counters().originDurations.push(elapsed());
    }
  }

  /** Calls the loader for a load, no longer than the policy allows. */
  private call(load: Load, loader: () => unknown): Promise<unknown> {
    const { hardTimeoutMs, batched } = this.policy;
    const call = () => load.call(loader, hardTimeoutMs === undefined
      ? undefined
      : { milliseconds: hardTimeoutMs, error: () => new LoadTimeoutError(this.cacheName, hardTimeoutMs) });
    return batched ? call() : this.measured(load.key, call);
  }

  private async run(load: Load, loader: () => unknown): Promise<void> {
    let value: unknown;
    try {
      value = await this.call(load, loader);
    } catch (error) {
      this.fail(load, error);
      return;
    }
    this.complete(load, value);
  }

  private close(load: Load): void {
    if (this.byKey.get(load.key) === load) {
      this.byKey.delete(load.key);
    }
  }

  private ttlOf(value: unknown): number {
    return (value === undefined || value === null ? this.policy.negativeTtlMs : undefined) ?? this.policy.ttlMs;
  }

  private isCacheable(error: unknown): boolean {
    try {
      return this.policy.cacheErrors?.(error) ?? false;
    } catch (mistake) {
      this.parts.warnOnce(`The option cacheErrors of cache '${this.cacheName}' failed: ${messageOf(mistake)}. The error is not cached.`);
      return false;
    }
  }

  private contentOf(value: unknown): Content | undefined {
    try {
      return { stored: store(value) };
    } catch (error) {
      this.parts.counters().uncacheable++;
      this.parts.warnOnce(
        `A value of cache '${this.cacheName}' is not cached: it is or contains ${messageOf(error)}. `
        + 'Return plain data from the loader: objects, arrays, dates, maps, sets, bytes and primitive values.',
      );
      return undefined;
    }
  }
}
