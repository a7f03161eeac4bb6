import { tick } from './cache-deps.js';
import type { CacheParts } from './cache-parts.js';
import type { Call } from './call.js';
import type { Arrival } from './coherence.js';
import { type EntryState, isFallback, isThrottled, stateOf } from './entry-state.js';
import type { Content, Entry, EntryStore, StoredEntry } from './entry.js';
import type { Load, Loaded } from './load.js';
import type { Outcomes } from './outcomes.js';
import { maxWaitMs } from './policy.js';
import type { LookupResult } from './shared-port.js';
import type { VersionToken } from './shared.js';
import { logSuppressedError } from './suppressed-errors.js';
import type { Key } from '../values/key.js';
import { toCaller, toMutableCopy, type StoredValue } from '../values/snapshot.js';
import { StoredError } from '../values/stored-error.js';

/** Answers a call: from memory, from the shared tier, from the load under way, or from one that it starts. */
export class GetOrLoad {
  // Everything that a hit uses is a field of this object, since a hit takes only tens of nanoseconds.
  private readonly outcomes: Outcomes;
  private readonly memory: EntryStore;
  private readonly mutable: boolean;

  public constructor(private readonly parts: CacheParts) {
    this.outcomes = parts.outcomes;
    this.memory = parts.deps.memory;
    this.mutable = parts.policy.mutable;
  }

  /** Answers every call that is not a plain hit. */
  public async lookupSlow(call: Call, requestedAt: number): Promise<unknown> {
    const { parts: { entries, tier } } = this;
    const { key, arrival } = call;
    const entry = entries.find(key, requestedAt);
    const state = entry && stateOf(entry, requestedAt, trustedUntil(entry, arrival));
    const inTime = isInTime(state);
    if (arrival?.isPending && (inTime || this.isUnderWay(key))) {
      await arrival.wait();
      return this.lookupSlow(call, this.tick());
    }
    const shared = tier.forAll;
    const isEnough = inTime && state !== 'revalidate';
    if (isEnough || shared === undefined || this.current(call, requestedAt) !== undefined) {
      return this.decide(call, requestedAt, entry);
    }
    const current = shared.current(key);
    const isCoalesced = current !== undefined && mayUse(current.arrivals, arrival);
    if (!isCoalesced) {
      shared.forget(key);
    }
    const lookup = await shared.readShared(key, requestedAt);
    const now = this.tick();
    return this.decide(call, now, this.entryAfter(key, now, lookup, isCoalesced), lookup, isCoalesced);
  }

  /** Whether a call would start a shared lookup of this key at once. */
  public wouldReadTier(key: Key, now: number, arrival: Arrival | undefined): boolean {
    const entry = this.parts.entries.find(key, now);
    const state = entry && stateOf(entry, now, trustedUntil(entry, arrival));
    const inTime = isInTime(state);
    return !this.isUnderWay(key) && !(inTime && (state !== 'revalidate' || arrival?.isPending === true));
  }

  /** Returns the fresh value that the shared tier has just found or confirmed, if there is one, and counts it. */
  public useFound(key: Key, now: number, lookup: LookupResult): { readonly value: unknown } | undefined {
    const entry = lookup.found && this.entryAfter(key, now, lookup);
    if (entry === undefined || entry !== lookup.found || !('stored' in entry.content) || stateOf(entry, now, Infinity) !== 'fresh') {
      return undefined;
    }
    this.outcomes.recordLookup(key, lookup, false, true);
    return { value: this.use(entry, 'hit') };
  }

  /** Answers a call when the shared tier has already answered about its key. */
  public lookupAfter(call: Call, now: number, lookup: LookupResult): unknown {
    return this.decide(call, now, this.entryAfter(call.key, now, lookup), lookup);
  }

  /** The entry in memory, if the shared tier need not confirm it. */
  public fresh(key: Key, now: number): StoredEntry | undefined {
    const { entries, deps } = this.parts;
    const entry = entries.find(key, now);
    const state = entry && stateOf(entry, now, trustedUntil(entry, deps.coherence?.arrival()));
    return (state === 'fresh' || state === 'refresh') && 'stored' in entry!.content ? entry as StoredEntry : undefined;
  }

  /** Counts the hit, and returns the entry's content to the caller. */
  public use(entry: Entry, as: 'hit' | 'staleHit'): unknown {
    this.count(entry, as);
    return this.toCaller(entry.content);
  }

  /** The same for one of many hits, which `countHits` counts together. */
  public useOneOfMany(entry: StoredEntry): unknown {
    this.outcomes.publishHit(entry.key);
    this.touch(entry);
    return this.valueToCaller(entry.content.stored);
  }

  public countHits(hits: number): void {
    this.outcomes.countHits(hits);
  }

  /** The same as a promise: the entry's own from the second time on, since creating one would take a third of a hit's time. */
  public hit(entry: Entry): Promise<unknown> {
    const { answer } = entry;
    if (answer === undefined) {
      return this.firstHit(entry);
    }
    this.count(entry, 'hit');
    return answer;
  }

  public toCaller(content: Content): unknown {
    if ('error' in content) {
      throw content.error instanceof StoredError ? content.error.copy() : this.valueToCaller(content.error);
    }
    return this.valueToCaller(content.stored);
  }

  /** Calls the loader past the cache. */
  public loadUncached(call: Call): Promise<unknown> {
    return this.parts.bypass.call(() => call.load());
  }

  private valueToCaller(stored: StoredValue): unknown {
    return this.mutable ? toMutableCopy(stored) : toCaller(stored);
  }

  private firstHit(entry: Entry): Promise<unknown> {
    const answer = this.useFresh(entry);
    if ('stored' in entry.content && entry.content.stored.frozen && !this.mutable) {
      entry.answer = answer;
    }
    return answer;
  }

  private count(entry: Entry, as: 'hit' | 'staleHit'): void {
    this.outcomes[as](entry.key);
    this.touch(entry);
  }

  private touch(entry: Entry): void {
    if (entry.recencyEpoch !== this.memory.recencyEpoch) {
      this.memory.touch(entry);
    }
  }

  private async useFresh(entry: Entry): Promise<unknown> {
    return this.use(entry, 'hit');
  }

  private tick(): number {
    return tick(this.parts.deps);
  }

  /** Whether a lookup or a load is already under way. */
  private isUnderWay(key: Key): boolean {
    return this.parts.loads.get(key) !== undefined || this.parts.tier.forAll?.current(key) !== undefined;
  }

  /** The load under way that the call may join. */
  private current({ key, arrival }: Call, now: number): Load | undefined {
    const load = this.parts.loads.current(key, now);
    return load !== undefined && mayUse(load.arrivals, arrival) ? load : undefined;
  }

  /**
   * The entry to use after the shared tier has answered. If memory has no room for everything that was read together, entries are evicted
   * again at once. The answer to a call's own lookup is newer than every change that it must reflect, so it can be used anyway.
   */
  private entryAfter(key: Key, now: number, { found }: LookupResult, isCoalesced = false): Entry | undefined {
    const { entries } = this.parts;
    const isValid = found !== undefined && !entries.isOutdated(found)
      && !(isCoalesced && entries.isUncertain(found.validatedAtEpoch));
    return entries.find(key, now) ?? (isValid ? found : undefined);
  }

  /** Returns the entry's content, or the promise of a load's result. */
  private decide(call: Call, now: number, entry: Entry | undefined, lookup?: LookupResult, isCoalesced = false): unknown {
    const { refreshes, loads } = this.parts;
    const { key } = call;
    // The shared tier has just confirmed this entry for this caller: use it even if memoryTtl is already over. A load may have replaced it meanwhile.
    const isConfirmed = entry === lookup?.found && !isCoalesced;
    const trusted = entry === undefined || isConfirmed ? Infinity : trustedUntil(entry, call.arrival);
    const state = entry === undefined ? 'gone' : stateOf(entry, now, trusted);
    const isHit = state === 'fresh' || state === 'refresh' || state === 'stale';
    this.outcomes.recordLookup(key, lookup, isCoalesced, isHit);
    if (isHit) {
      if (state !== 'fresh' && !isThrottled(entry!, now)) {
        refreshes.schedule(entry!, (begun, stale, version) => loads.begin(call, begun, stale, version));
      }
      return this.use(entry!, state === 'stale' ? 'staleHit' : 'hit');
    }
    if (state === 'fallback' && now < trusted && isThrottled(entry!, now)) {
      return this.use(entry!, 'staleHit');
    }
    // Without staleIfError, an entry that the shared tier could not confirm must not be used.
    const mayFallBack = entry !== undefined && entry.staleIfErrorMs > 0 && isFallback(entry, now);
    return this.coalesceOrLoad(call, now, mayFallBack ? entry : undefined, lookup?.version);
  }

  private async coalesceOrLoad(call: Call, now: number, stale?: Entry, version?: VersionToken): Promise<unknown> {
    const { loads } = this.parts;
    const { key } = call;
    const current = this.current(call, now);
    if (current !== undefined && !loads.shares(key)) {
      return this.loadUncached(call);
    }
    const isCoalesced = current !== undefined;
    const load = current ?? loads.begin(call, now, stale, version);
    let loaded: Loaded | undefined;
    let failure: { readonly error: unknown } | undefined;
    try {
      loaded = await (stale === undefined ? load.wait() : this.resultOf(load, stale));
    } catch (error) {
      failure = { error };
    }
    if (failure === undefined && loaded === undefined) {
      return this.use(stale!, 'staleHit');
    }
    if (isCoalesced && loads.isOutdatedFor(call, load)) {
      // A load that is under way now, or starts now, began after the call, so this happens only once.
      return this.lookupSlow(call, this.tick());
    }
    const isOfOtherArguments = () => failure !== undefined && !load.call.isUnchanged();
    if (isCoalesced && ((loaded !== undefined && 'unshared' in loaded) || isOfOtherArguments())) {
      return this.loadUncached(call);
    }
    this.outcomes.recordLoad(key, isCoalesced);
    if (failure !== undefined) {
      throw failure.error;
    }
    return 'unshared' in loaded! ? loaded.unshared : this.toCaller(loaded!);
  }

  /** The load's result; undefined if the stale entry is to be returned instead, because the load failed or takes too long. */
  private async resultOf(load: Load, stale: Entry): Promise<Loaded | undefined> {
    const { name, policy, deps, refreshes } = this.parts;
    const isStillUsable = () => isFallback(stale, this.tick());
    try {
      const loaded = await load.wait(maxWaitMs(policy, deps.remainingMs?.()));
      if (loaded !== undefined || !isStillUsable()) {
        return loaded ?? await load.wait();
      }
    } catch (error) {
      if (isStillUsable()) {
        logSuppressedError('staleReturned', name, deps, load, error);
        return undefined;
      }
      throw error;
    }
    // Later calls need not wait again to find out that the origin is slow.
    stale.retryAt = this.tick() + policy.retryAfterMs;
    refreshes.keepAwake(load);
    return undefined;
  }
}

/** Whether an entry in this state may answer a call without a load, perhaps after the shared tier has confirmed it. */
function isInTime(state: EntryState | undefined): boolean {
  return state !== undefined && state !== 'fallback' && state !== 'gone';
}

/** Until when the call may use the entry without asking the shared tier. */
function trustedUntil(entry: Entry, arrival: Arrival | undefined): number {
  return mayUse(entry.requestedIn, arrival) ? entry.revalidateAt : -Infinity;
}

/**
 * Whether a call may use data that was requested when `requestedIn` invocations had begun. It may if that was during its own invocation or later, or if
 * its invocation is fenced.
 */
function mayUse(requestedIn: number, arrival: Arrival | undefined): boolean {
  return arrival === undefined || arrival.isFenced || requestedIn >= arrival.number;
}
