import type { BackgroundWork } from './background-work.js';
import type { Counters } from './counters.js';
import { Entries } from './entries.js';
import { type Content, type Entry, type EntryStore, isFresh, isUsable } from './entry.js';
import { events, tell } from './events.js';
import type { Invalidations } from './invalidations.js';
import { type Key, keyOf } from './key.js';
import { messageOf } from './kind.js';
import { LoadContext, runInContext } from './load-context.js';
import type { Load, Loaded } from './load.js';
import { Loads } from './loads.js';
import type { Policy } from './policy.js';
import { Refreshes } from './refreshes.js';
import { differs, handOut, handOutMutable, type StoredValue } from './value.js';

export type { BackgroundWork } from './background-work.js';

/** What a cache needs of its surroundings. */
export interface CacheParts {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** The counters of this cache in the invocation under way. */
  counters(): Counters;
  /** Says something once, however often it happens. */
  warnOnce(message: string): void;
  /** Does work when the response is out, and keeps the environment awake for it; false if there is too much already. */
  later(work: BackgroundWork): boolean;
  readonly memory: EntryStore;
  readonly invalidations: Invalidations;
}

/** The function that reads the origin. */
export type Loader = (...args: never[]) => unknown;

/**
 * Get-or-load under one name: every call is a hit, joins the load under way, or calls the loader.
 *
 * Whatever goes wrong in here, the caller gets what the loader gives.
 */
export class Cache {
  private readonly entries: Entries;
  private readonly loads: Loads;
  private readonly refreshes: Refreshes;
  private readonly parts: CacheParts;

  public constructor(
    public readonly name: string,
    private readonly loader: Loader,
    private readonly policy: Policy,
    parts: CacheParts,
  ) {
    const { invalidations } = parts;
    this.parts = { ...parts, now: () => invalidations.observe(parts.now()) };
    this.entries = new Entries(name, policy, this.parts);
    this.loads = new Loads(name, policy, this.parts, this.entries);
    this.refreshes = new Refreshes(name, this.parts, this.entries, this.loads);
  }

  public get(args: readonly unknown[]): Promise<unknown> {
    const key = this.keyOf(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const entry = this.entries.at(key);
    if (entry !== undefined) {
      const now = this.parts.now();
      if (now < entry.refreshAt && now >= entry.storedAt && entry.checked === this.parts.invalidations.latest) {
        return this.hit(entry);
      }
    }
    return this.lookUp(key, args);
  }

  /** The fresh value, if there is one; calls nobody and counts nothing. */
  public peek(args: readonly unknown[]): (Entry & { readonly content: { readonly stored: StoredValue } }) | undefined {
    const key = this.keyOf(args);
    const entry = key === undefined ? undefined : this.entries.find(key);
    return entry !== undefined && isFresh(entry, this.parts.now()) && 'stored' in entry.content
      ? entry as Entry & { readonly content: { readonly stored: StoredValue } }
      : undefined;
  }

  /** Calls the loader now, whatever is cached. Refreshes that come while a load is under way share the next one. */
  public async refresh(args: readonly unknown[]): Promise<unknown> {
    const key = this.keyOf(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const current = this.loads.at(key);
    const begin = () => (this.loads.current(key) ?? this.load(key, args, this.entries.findUsable(key))).wait();
    // The load under way may have read the origin before the change that this refresh is about.
    const loaded = await (current === undefined ? begin() : current.next ??= current.result.promise.then(begin, begin));
    if ('unshared' in loaded) {
      return current === undefined ? loaded.unshared : this.bypass(args);
    }
    return this.handOut(loaded);
  }

  /** Forgets the entry. A load that began before this does not store after it. */
  public invalidate(args: readonly unknown[]): void {
    const key = this.keyOf(args);
    if (key !== undefined) {
      this.forget(key);
    }
  }

  /** Forgets every entry. Loads that began before this do not store after it. */
  public invalidateAll(): void {
    this.entries.invalidateAll();
  }

  /** Stores a value as if the loader had just returned it; false if it cannot be cached. */
  public prime(args: readonly unknown[], value: unknown): boolean {
    const key = this.keyOf(args);
    if (key === undefined) {
      return false;
    }
    this.forget(key);
    return this.loads.store(key, value);
  }

  /** Calls the loader as if there were no cache. */
  public async bypass(args: readonly unknown[]): Promise<unknown> {
    this.parts.counters().bypasses++;
    return this.callOrigin(args, new LoadContext());
  }

  /** Calls the origin, and counts that. */
  public measured(load: () => unknown): Promise<unknown> {
    return this.loads.measured(undefined, load);
  }

  /**
   * Calls the loader as if there were no cache, and compares what it returns with what the cache would have returned.
   */
  public async shadow(args: readonly unknown[]): Promise<unknown> {
    const key = this.keyOf(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const entry = this.peek(args);
    const counters = this.parts.counters();
    counters[entry === undefined ? 'misses' : 'hits']++;
    if (entry !== undefined) {
      const value = await this.callOrigin(args, new LoadContext());
      if (differs(handOut(entry.content.stored), value)) {
        counters.mismatches++;
      }
      return value;
    }
    const load = this.loads.open(key);
    try {
      const value = await this.callOrigin(args, load.context);
      this.loads.complete(load, value);
      return value;
    } catch (error) {
      this.loads.fail(load, error);
      throw error;
    }
  }

  /** The call's key, or undefined (said once) if its arguments cannot be one. */
  public keyOf(args: readonly unknown[]): Key | undefined {
    try {
      return keyOf(this.policy.key === undefined ? args : [this.policy.key(...(args as never[]))]);
    } catch (error) {
      this.parts.warnOnce(
        `The arguments of cache '${this.name}' cannot be its key: ${messageOf(error)}. The call is not cached. `
        + 'Pass the option `key`, a function of the same arguments that returns plain data.',
      );
      return undefined;
    }
  }

  public handOut(content: Content): unknown {
    if ('error' in content) {
      throw content.error;
    }
    return this.policy.mutable ? handOutMutable(content.stored) : handOut(content.stored);
  }

  private hit(entry: Entry): Promise<unknown> {
    this.parts.counters().hits++;
    if (events.hit.hasSubscribers) {
      events.hit.publish({ cache: this.name, key: entry.key });
    }
    return this.serve(entry);
  }

  private staleHit(entry: Entry): Promise<unknown> {
    this.parts.counters().hits++;
    this.count('staleHits', 'staleHit', entry.key);
    return this.serve(entry);
  }

  private serve(entry: Entry): Promise<unknown> {
    if (entry.generation !== this.parts.memory.generation) {
      this.parts.memory.touch(entry);
    }
    return 'error' in entry.content ? Promise.reject(entry.content.error as Error) : Promise.resolve(this.handOut(entry.content));
  }

  /** Everything but the plain hit. */
  private lookUp(key: Key, args: readonly unknown[]): Promise<unknown> {
    const entry = this.entries.find(key);
    const now = this.parts.now();
    if (entry === undefined) {
      return this.joinOrLoad(key, args);
    }
    if (isUsable(entry, now, this.policy.staleWhileRevalidateMs)) {
      if (now >= entry.refreshAt && now >= entry.retryAt) {
        this.refreshes.later(entry, () => this.load(key, args, entry));
      }
      return isFresh(entry, now) ? this.hit(entry) : this.staleHit(entry);
    }
    if (isUsable(entry, now, this.policy.staleIfErrorMs)) {
      return now < entry.retryAt ? this.staleHit(entry) : this.joinOrLoad(key, args, entry);
    }
    return this.joinOrLoad(key, args);
  }

  private async joinOrLoad(key: Key, args: readonly unknown[], stale?: Entry): Promise<unknown> {
    const current = this.loads.current(key);
    if (current !== undefined && !this.loads.shares(key)) {
      return this.bypass(args);
    }
    const joins = current !== undefined;
    const load = current ?? this.load(key, args, stale);
    let loaded: Loaded | undefined;
    try {
      loaded = await (stale === undefined ? load.wait() : this.resultOf(load, stale));
    } catch (error) {
      this.countLoad(joins, key);
      throw error;
    }
    if (loaded === undefined) {
      return this.staleHit(stale!);
    }
    if ('unshared' in loaded && joins) {
      return this.bypass(args);
    }
    this.countLoad(joins, key);
    return 'unshared' in loaded ? loaded.unshared : this.handOut(loaded);
  }

  /** What the load brings; undefined where the stale entry is better: the load failed, or takes too long to wait for. */
  private async resultOf(load: Load, stale: Entry): Promise<Loaded | undefined> {
    const isStillUsable = () => isUsable(stale, this.parts.now(), this.policy.staleIfErrorMs);
    try {
      const loaded = await load.wait(this.policy.softTimeoutMs);
      if (loaded !== undefined || !isStillUsable()) {
        return loaded ?? await load.wait();
      }
    } catch (error) {
      if (isStillUsable()) {
        return undefined;
      }
      throw error;
    }
    // Whoever comes next need not find out again how slow the origin is.
    stale.retryAt = this.parts.now() + this.policy.retryAfterMs;
    this.refreshes.keepAwake(load);
    return undefined;
  }

  private load(key: Key, args: readonly unknown[], stale?: Entry): Load {
    return this.loads.begin(key, () => this.loader(...(args as never[])), stale);
  }

  /** Calls the loader past the cache, with a context of its own: this may happen inside another loader. */
  private async callOrigin(args: readonly unknown[], context: LoadContext): Promise<unknown> {
    const call = () => runInContext(context, () => this.loader(...(args as never[])));
    return this.policy.batched ? call() : this.measured(call);
  }

  private forget(key: Key): void {
    this.loads.forget(key);
    this.entries.drop(key);
  }

  private countLoad(joins: boolean, key: Key): void {
    if (joins) {
      this.parts.counters().hits++;
      this.count('joinedHits', 'join', key);
    } else {
      this.count('misses', 'miss', key);
    }
  }

  private count(counter: 'staleHits' | 'joinedHits' | 'misses', event: 'staleHit' | 'join' | 'miss', key: Key): void {
    this.parts.counters()[counter]++;
    tell(event, this.name, key);
  }
}
