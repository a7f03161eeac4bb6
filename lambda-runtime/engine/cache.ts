import { type CacheDeps, type ClockBound, type Loader, tick } from './cache-deps.js';
import { type CacheParts, partsOf } from './cache-parts.js';
import { Call } from './call.js';
import { Changes } from './changes.js';
import type { Entries } from './entries.js';
import { stateOf } from './entry-state.js';
import type { Content, Entry, StoredEntry } from './entry.js';
import { GetOrLoad } from './get-or-load.js';
import type { Keys } from './keys.js';
import type { Loaded } from './load.js';
import { type TierAnswer, ManyLookups, type Unanswered } from './many-lookups.js';
import type { Policy } from './policy.js';
import { Shadow } from './shadow.js';
import type { Key } from '../values/key.js';

/**
 * Get-or-load under one name: every call is a hit, joins the load under way, or calls the loader.
 *
 * If the cache fails in any way, the caller gets the loader's result. Each operation reads the clock once when it begins, and again when it
 * continues after a wait. Most hits need not read it: their entries will still be fresh when the invocation must have ended.
 */
export class Cache {
  private static readonly NO_BOUND: ClockBound = { latestMs: Infinity };

  public readonly keys: Keys;
  /** The changes that handlers make explicitly. */
  public readonly changes: Changes;
  private readonly parts: CacheParts;
  private readonly entries: Entries;
  private readonly lookups: GetOrLoad;
  private readonly many: ManyLookups;
  private readonly comparison: Shadow;
  private readonly clockBound: ClockBound;

  public constructor(
    public readonly name: string,
    private readonly loader: Loader,
    policy: Policy,
    private readonly deps: CacheDeps,
  ) {
    this.parts = partsOf(name, policy, deps);
    this.keys = this.parts.keys;
    this.entries = this.parts.entries;
    this.lookups = new GetOrLoad(this.parts);
    this.many = new ManyLookups(this.parts, this.lookups);
    this.clockBound = deps.clockBound ?? Cache.NO_BOUND;
    this.changes = new Changes(this.parts);
    this.comparison = new Shadow(this.parts, (key, now) => this.lookups.fresh(key, now));
    if (deps.isSharingDeferred !== true) {
      this.enableSharing();
    }
  }

  /** Uses the shared tier from now on. */
  public enableSharing(): void {
    this.parts.tier.forAll = this.parts.tier.forInvalidations;
  }

  /** @param loader the cache's own, or one that loads this value as part of a batch (batch.ts) */
  public get(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args, loader);
    }
    const entry = this.entries.get(key);
    if (entry !== undefined && this.isPlainHit(entry, this.clockBound.latestMs)) {
      return this.lookups.hit(entry);
    }
    const now = tick(this.deps);
    return entry !== undefined && this.isPlainHit(entry, now) ? this.lookups.hit(entry) : this.lookup(key, args, loader, now);
  }

  /** The same for a cache whose memory is coherent with other environments. */
  public getCoherently(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args, loader);
    }
    const entry = this.entries.get(key);
    const mayHit = entry !== undefined && this.deps.coherence!.isCurrent;
    if (mayHit && this.isPlainHit(entry, this.clockBound.latestMs)) {
      return this.lookups.hit(entry);
    }
    const now = tick(this.deps);
    return mayHit && this.isPlainHit(entry, now) ? this.lookups.hit(entry) : this.lookup(key, args, loader, now);
  }

  public get isCoherent(): boolean {
    return this.deps.coherence !== undefined;
  }

  /** Resolves when it is known whether the current invocation may use memory. */
  public async ready(): Promise<void> {
    await this.deps.coherence?.arrival().wait();
  }

  /**
   * Returns many values that are fresh in memory, in one synchronous pass: it reads the clock, and counts the hits, once.
   *
   * @param values receives each value at its id's place
   * @returns the places of all other ids; undefined if it is not known yet whether memory may be used
   */
  public getFresh(ids: readonly unknown[], values: unknown[]): number[] | undefined {
    if (this.deps.coherence?.isCurrent === false) {
      return undefined;
    }
    const others: number[] = [];
    const now = tick(this.deps);
    const keyOf = this.keys.ofEach();
    for (let place = 0; place < ids.length; place++) {
      const key = keyOf(ids[place]);
      const entry = key === undefined ? undefined : this.entries.get(key);
      if (entry !== undefined && 'stored' in entry.content && this.isPlainHit(entry, now)) {
        values[place] = this.lookups.useOneOfMany(entry as StoredEntry);
      } else {
        others.push(place);
      }
    }
    this.lookups.countHits(ids.length - others.length);
    return others;
  }

  /** See many-lookups.ts. */
  public getShared(ids: readonly unknown[], places: readonly number[], values: unknown[]): Promise<readonly Unanswered[]> {
    return this.many.get(ids, places, values);
  }

  /** Does the same as `get` when the shared tier has already answered about the key. */
  public async getAfter({ key, lookup }: TierAnswer, args: readonly unknown[], loader: Loader): Promise<unknown> {
    return this.lookups.lookupAfter(this.newCall(key, args, loader), tick(this.deps), lookup);
  }

  /** The fresh entry in memory, if there is one. Neither loads nor counts anything. */
  public peek(args: readonly unknown[]): StoredEntry | undefined {
    const key = this.keys.of(args);
    return key === undefined ? undefined : this.lookups.fresh(key, tick(this.deps));
  }

  /** Copies the key's entry from the shared tier into memory. */
  public async readShared(args: readonly unknown[]): Promise<void> {
    const key = this.keys.of(args);
    if (key !== undefined) {
      await this.parts.tier.forAll?.readShared(key, tick(this.deps));
    }
  }

  /** Calls the loader now, even if an entry is fresh. Refreshes that arrive during a load share the next load. */
  public async refresh(args: readonly unknown[]): Promise<unknown> {
    const { loads, tier } = this.parts;
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const call = this.newCall(key, args);
    const current = loads.get(key);
    const begin = async () => {
      const version = tier.forAll && (await tier.forAll.readShared(key, tick(this.deps))).version;
      const now = tick(this.deps);
      return loads.current(key, now) ?? loads.begin(call, now, this.entries.findUsable(key, now), version);
    };
    // The load under way may have read the origin before the change that led to this refresh.
    const load = await (current === undefined ? begin() : current.next ??= current.result.promise.then(begin, begin));
    const isOwn = load.call === call;
    let loaded: Loaded;
    try {
      loaded = await load.wait();
    } catch (error) {
      if (isOwn || load.call.isUnchanged()) {
        throw error;
      }
      // The error belongs to other arguments.
      return this.lookups.loadUncached(call);
    }
    if ('unshared' in loaded) {
      return isOwn ? loaded.unshared : this.lookups.loadUncached(call);
    }
    return this.toCaller(loaded);
  }

  /** Removes every entry from memory. */
  public clear(): void {
    this.entries.clear();
  }

  /** Calls the loader as if there were no cache. */
  public async bypass(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    return this.parts.bypass.call(() => loader(...(args as never[])));
  }

  /** Calls the origin, and counts the call. */
  public measured(load: () => unknown): Promise<unknown> {
    return this.parts.loads.measured(undefined, load);
  }

  /**
   * Calls the loader as if there were no cache, and compares its result with the cached value.
   */
  public async shadow(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args, loader);
    }
    return this.comparison.call(this.newCall(key, args, loader));
  }

  public toCaller(content: Content): unknown {
    return this.lookups.toCaller(content);
  }

  /** Answers every call that is not a plain hit. */
  private lookup(key: Key, args: readonly unknown[], loader: Loader, now: number): Promise<unknown> {
    return this.lookups.lookupSlow(this.newCall(key, args, loader), now);
  }

  /** Whether the entry can be returned without any further check. */
  private isPlainHit(entry: Entry, now: number): boolean {
    return stateOf(entry, now) === 'fresh' && entry.validatedAtEpoch === this.deps.invalidations.latest;
  }

  private newCall(key: Key, args: readonly unknown[], loader = this.loader): Call {
    return new Call(key, args, loader, this.deps.invalidations.latest, this.keys.forSameTenant(), this.deps.coherence?.arrival());
  }
}
