import { isDeepStrictEqual } from 'node:util';
import type { Counters } from './counters.js';
import { Entries } from './entries.js';
import { type Content, type Entry, type EntryStore, isFresh, isUsable } from './entry.js';
import { events } from './events.js';
import type { Invalidations } from './invalidations.js';
import { type Key, keyOf } from './key.js';
import { messageOf } from './kind.js';
import type { Load, Loaded } from './load.js';
import { Loads } from './loads.js';
import type { Policy } from './policy.js';
import { handOutMutable, handOut, type StoredValue } from './value.js';

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

/** Work that nobody waits for. */
export interface BackgroundWork {
  /** Never rejects. */
  run(): Promise<void>;
  /** The time is over: ends what `run` began. */
  abort(reason: Error): void;
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
  private readonly refreshing = new Set<Key>();

  public constructor(
    public readonly name: string,
    private readonly loader: Loader,
    private readonly policy: Policy,
    private readonly parts: CacheParts,
  ) {
    this.entries = new Entries(name, policy, parts);
    this.loads = new Loads(name, policy, parts, this.entries);
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
    const begin = () => this.load(key, args).result.promise;
    if (current === undefined) {
      const loaded = await begin();
      return 'unshared' in loaded ? loaded.unshared : this.handOut(loaded);
    }
    // The load under way may have read the origin before the change that this refresh is about.
    current.next ??= current.result.promise.then(begin, begin);
    const loaded = await current.next;
    return 'unshared' in loaded ? this.bypass(args) : this.handOut(loaded);
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
    return this.policy.batched ? this.loader(...(args as never[])) : this.loads.measured(undefined, () => this.loader(...(args as never[])));
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
    const value = await this.measured(() => this.loader(...(args as never[])));
    if (entry === undefined) {
      this.loads.store(key, value);
    } else if (!isDeepStrictEqual(handOut(entry.content.stored), value)) {
      counters.mismatches++;
    }
    return value;
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
        this.refreshLater(entry, args);
      }
      return isFresh(entry, now) ? this.hit(entry) : this.staleHit(entry);
    }
    if (isUsable(entry, now, this.policy.staleIfErrorMs)) {
      return now < entry.retryAt ? this.staleHit(entry) : this.joinOrLoad(key, args, entry);
    }
    return this.joinOrLoad(key, args);
  }

  /** The entry is being used; its successor is loaded when the response is out. */
  private refreshLater(entry: Entry, args: readonly unknown[]): void {
    const { key } = entry;
    if (this.refreshing.has(key) || this.loads.at(key) !== undefined) {
      return;
    }
    this.refreshing.add(key);
    let load: Load | undefined;
    const accepted = this.parts.later({
      run: async () => {
        if (events.refresh.hasSubscribers) {
          events.refresh.publish({ cache: this.name, key });
        }
        load = this.loads.at(key) ?? this.load(key, args, entry);
        await load.result.promise.catch(() => {});
        this.refreshing.delete(key);
      },
      abort: (why) => {
        this.refreshing.delete(key);
        load?.drop(why);
      },
    });
    if (!accepted) {
      this.refreshing.delete(key);
      this.parts.counters().droppedRefreshes++;
    }
  }

  private async joinOrLoad(key: Key, args: readonly unknown[], stale?: Entry): Promise<unknown> {
    const current = this.loads.current(key);
    if (current !== undefined && !this.loads.shares) {
      return this.bypass(args);
    }
    const joins = current !== undefined;
    const load = current ?? this.load(key, args, stale);
    let loaded: Loaded | undefined;
    try {
      loaded = await this.resultOf(load, stale);
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
  private async resultOf(load: Load, stale?: Entry): Promise<Loaded | undefined> {
    load.waiting++;
    try {
      if (stale === undefined) {
        return await load.result.promise;
      }
      const loaded = await within(load.result.promise, this.policy.softTimeoutMs);
      if (loaded === undefined) {
        this.parts.later({ run: () => load.result.promise.then(() => {}, () => {}), abort: (why) => load.drop(why) });
      }
      return loaded;
    } catch (error) {
      if (stale !== undefined && isUsable(stale, this.parts.now(), this.policy.staleIfErrorMs)) {
        return undefined;
      }
      throw error;
    } finally {
      load.waiting--;
    }
  }

  private load(key: Key, args: readonly unknown[], stale?: Entry): Load {
    return this.loads.begin(key, () => this.loader(...(args as never[])), stale);
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
    if (events[event].hasSubscribers) {
      events[event].publish({ cache: this.name, key });
    }
  }
}

/** The promise's value, or undefined if it takes longer. */
async function within<T>(promise: Promise<T>, milliseconds: number | undefined): Promise<T | undefined> {
  if (milliseconds === undefined) {
    return promise;
  }
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
