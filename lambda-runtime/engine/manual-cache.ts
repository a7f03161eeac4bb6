import { type CacheDeps, tick } from './cache-deps.js';
import { type CacheParts, partsOf } from './cache-parts.js';
import { Call } from './call.js';
import { isThrottled, stateOf } from './entry-state.js';
import type { StoredEntry } from './entry.js';
import { loadContext, type LoadContext } from './load-context.js';
import { maxWaitMs, type Policy } from './policy.js';
import type { SharedAccess } from './shared-port.js';
import type { VersionToken } from './shared.js';
import type { Key } from '../values/key.js';
import { differs, toCaller } from '../values/snapshot.js';

/** Calls do not join loads that have been under way for longer. */
const JOINABLE_MS = 60_000;

/** A manual cache, and the mode that the operator has set. */
export interface ManualCacheInUse {
  /** The cache, which tests may replace. */
  current(): ManualCache;
  readonly mode?: 'off' | 'shadow';
}

/**
 * The policy without the parts that its caller decides: how long entries are fresh, or may be stale. Coherence comes from asking the shared
 * tier when the bound is over, not from a fence.
 */
export function manualPolicyOf<P extends Policy>({ coherenceMs, ...policy }: P): P {
  return {
    ...policy as P,
    memoryTtlMs: coherenceMs ?? policy.memoryTtlMs,
    ttlMs: JOINABLE_MS,
    jitter: 0,
    earlyRefresh: 1,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    negativeTtlMs: undefined,
  };
}

/** The cached value of a key, and the version token for replacing it. */
export interface Found {
  readonly key: Key;
  /** The cached value, if any. Frozen: all callers share it. */
  readonly value?: unknown;
  /** @internal */
  readonly entry?: StoredEntry;
  /** @internal */
  readonly version?: VersionToken;
  /** The shared tier had to confirm the value and did not answer: it may be used only if the origin confirms it, or fails. */
  readonly isUnconfirmed?: true;
}

/** The outcome of a load. */
export interface Brought {
  /** The key's new value, even if it could not be stored; undefined if the load returned nothing that others may have, or is not awaited. */
  readonly value?: unknown;
  /** The load takes longer than the caller waits, since it can return something else. The load continues. */
  readonly isLate?: true;
}

export interface LoadOptions {
  /** The caller can return something else: it waits at most for `softTimeout`, and for three quarters of its invocation's remaining time. */
  readonly hasOther: boolean;
  /** Do not join a load that is under way. */
  readonly isNew: boolean;
}

/** Reads the origin. Its context receives the value to store, and the ttl. */
export type ContextLoader = (context: LoadContext) => unknown;

/**
 * A cache whose caller decides by its own rules whether an entry answers a call, such as HTTP's (http/). The engine does everything else: both
 * tiers, one load at a time, invalidations, refreshes after the response, timeouts, and counting.
 *
 * An entry's ttl ends when it is no longer usable at all, not when it becomes stale.
 */
export class ManualCache {
  private readonly parts: CacheParts;
  /** Until when a stale entry is not refreshed in the background, in ms since 1970: the origin has refused that. */
  private readonly refusedUntil = new WeakMap<StoredEntry, number>();

  public constructor(public readonly name: string, private readonly policy: Policy, private readonly deps: CacheDeps) {
    this.parts = partsOf(name, policy, deps);
    this.parts.tier.forAll = this.parts.tier.forInvalidations;
  }

  /** Wall-clock milliseconds since the epoch, as in entries. */
  public now(): number {
    return tick(this.deps);
  }

  /** The key's value in memory, if the shared tier need not confirm it. */
  public inMemory(text: string): Found | undefined {
    return this.freshIn(this.parts.keys.of([text])!, tick(this.deps));
  }

  /** Whether `find` may find more than memory has. */
  public get isShared(): boolean {
    return this.parts.tier.forAll !== undefined;
  }

  /** The key's value in either tier, and the version token for replacing it in the shared one. */
  public async find(text: string): Promise<Found> {
    const { keys, loads, tier: { forAll } } = this.parts;
    const key = keys.of([text])!;
    const requestedAt = tick(this.deps);
    if (forAll === undefined || loads.current(key, requestedAt) !== undefined) {
      return this.freshIn(key, requestedAt) ?? { key };
    }
    return this.findShared(forAll, key, requestedAt, forAll.current(key) !== undefined);
  }

  /** Counts a hit. */
  public served({ key, entry }: Found, isStale: boolean): void {
    this.parts.outcomes[isStale ? 'staleHit' : 'hit'](key);
    if (entry !== undefined && entry.recencyEpoch !== this.deps.memory.recencyEpoch) {
      this.deps.memory.touch(entry);
    }
  }

  /** Whether the origin has failed too recently to be called again if a stale value can be served. */
  public isThrottled({ entry }: Found): boolean {
    return entry !== undefined && isThrottled(entry, tick(this.deps));
  }

  /**
   * Throttles calls to the origin, which has just failed.
   *
   * @param leastMs how long at least
   */
  public throttle({ entry }: Found, leastMs = 0): void {
    if (entry !== undefined) {
      entry.retryAt = this.retryAt(leastMs);
    }
  }

  /** Throttles only refreshes in the background: the origin works, but has not replaced the entry. */
  public throttleRefreshes({ entry }: Found, leastMs = 0): void {
    if (entry !== undefined) {
      this.refusedUntil.set(entry, this.retryAt(leastMs));
    }
  }

  /**
   * Joins the load of the key, or starts one. The caller counts the call's outcome, since it decides the answer.
   *
   * @throws the loader's error if this call started the load; another call's error concerns only that call
   */
  public async load(found: Found, loader: ContextLoader, { hasOther, isNew }: LoadOptions): Promise<Brought> {
    const { loads, refreshes } = this.parts;
    const { key, entry, version } = found;
    const now = tick(this.deps);
    const current = isNew ? undefined : loads.current(key, now);
    if (current !== undefined && !loads.shares(key)) {
      return {};
    }
    const call = this.callOf(key, loader);
    const load = current ?? loads.begin(call, now, entry, version);
    try {
      const loaded = await (hasOther ? load.wait(maxWaitMs(this.policy, this.deps.remainingMs?.())) : load.wait());
      if (loaded === undefined) {
        this.throttle(found);
        refreshes.keepAwake(load);
        return { isLate: true };
      }
      const isForAll = 'stored' in loaded && (current === undefined || !loads.isOutdatedFor(call, load));
      return isForAll ? { value: toCaller(loaded.stored) } : {};
    } catch (error) {
      if (current === undefined) {
        throw error;
      }
      return {};
    }
  }

  /** Counts a miss: the call has loaded the answer itself. */
  public missed({ key }: Found): void {
    this.parts.outcomes.recordLoad(key, false);
  }

  /** Counts a coalesced hit: another call started the load. */
  public joined({ key }: Found): void {
    this.parts.outcomes.recordLoad(key, true);
  }

  /** Loads the entry's successor after the response. */
  public refreshLater({ key, entry }: Found, loader: ContextLoader): void {
    if (entry !== undefined && !this.isThrottled({ key, entry }) && !(this.now() < (this.refusedUntil.get(entry) ?? 0))) {
      const { loads, refreshes } = this.parts;
      refreshes.schedule(entry, (now, stale, version) => loads.begin(this.callOf(key, loader), now, stale, version));
    }
  }

  /** Calls the origin past the cache, and counts the bypass. */
  public bypass(loader: ContextLoader): Promise<unknown> {
    return this.parts.bypass.call(() => loader(loadContext()));
  }

  /** In shadow mode, counts an answer that differs from the origin's. */
  public compare(cached: unknown, loaded: unknown): void {
    if (differs(cached, loaded)) {
      this.deps.counters().mismatches++;
    }
  }

  private retryAt(leastMs: number): number {
    return tick(this.deps) + Math.max(this.policy.retryAfterMs, leastMs);
  }

  /** @param mayBeEarlier whether the lookup may have been sent before the call: by another one, even before a freeze */
  private async findShared(forAll: SharedAccess, key: Key, requestedAt: number, mayBeEarlier: boolean): Promise<Found> {
    const { entries, outcomes } = this.parts;
    const isCoalesced = forAll.current(key) !== undefined;
    const lookup = await forAll.readShared(key, requestedAt);
    const now = tick(this.deps);
    const { found, version } = lookup;
    const entry = entries.find(key, now) ?? (found !== undefined && !entries.isOutdated(found) ? found : undefined);
    const isConfirmed = found !== undefined && entry === found && !mayBeEarlier;
    const state = entry && stateOf(entry, now, isConfirmed ? Infinity : entry.revalidateAt);
    const isUnconfirmed = state === 'revalidate';
    if (isUnconfirmed && mayBeEarlier && version !== undefined) {
      return this.findShared(forAll, key, now, false);
    }
    outcomes.recordLookup(key, lookup, isCoalesced, state === 'fresh');
    return { ...(state === 'fresh' || isUnconfirmed ? foundIn(key, entry as StoredEntry) : { key }), version, ...(isUnconfirmed && { isUnconfirmed }) };
  }

  private freshIn(key: Key, now: number): Found | undefined {
    const entry = this.parts.entries.find(key, now);
    return entry !== undefined && stateOf(entry, now) === 'fresh' ? foundIn(key, entry as StoredEntry) : undefined;
  }

  private callOf(key: Key, loader: ContextLoader): Call {
    return new Call(key, [], () => loader(loadContext()), this.deps.invalidations.latest, () => key);
  }
}

function foundIn(key: Key, entry: StoredEntry): Found {
  return { key, entry, value: toCaller(entry.content.stored) };
}
