import { Bypass } from './bypass.js';
import type { CacheParts, Loader } from './cache-parts.js';
import { Call } from './call.js';
import { Changes } from './changes.js';
import { Entries } from './entries.js';
import { type Content, type Entry, isFresh, isUsable, type StoredEntry } from './entry.js';
import { logHiddenError } from './hidden-errors.js';
import type { Key } from './key.js';
import { Keys } from './keys.js';
import type { Load, Loaded } from './load.js';
import { Loads } from './loads.js';
import { Outcomes } from './outcomes.js';
import type { Policy } from './policy.js';
import { Refreshes } from './refreshes.js';
import { Shadow } from './shadow.js';
import type { Look, SharedEntries } from './shared-entries.js';
import type { VersionToken } from './shared.js';
import { StoredError } from './stored-error.js';
import type { TierUse } from './tier-use.js';
import { handOut, handOutMutable, type StoredValue } from './value.js';

/** So much of the time that an invocation has left when it begins to wait for an origin, is left for what comes after. */
const KEPT_TIME = 1 / 4;

/**
 * Get-or-load under one name: every call is a hit, joins the load under way, or calls the loader.
 *
 * Whatever goes wrong in here, the caller gets what the loader gives.
 */
export class Cache {
  public readonly keys: Keys;
  /** What handlers change by hand. */
  public readonly changes: Changes;
  private readonly outcomes: Outcomes;
  private readonly entries: Entries;
  private readonly loads: Loads;
  private readonly refreshes: Refreshes;
  private readonly pastIt: Bypass;
  private readonly comparison: Shadow;
  private readonly tier: TierUse;
  private readonly parts: CacheParts;

  public constructor(
    public readonly name: string,
    private readonly loader: Loader,
    private readonly policy: Policy,
    parts: CacheParts,
  ) {
    this.parts = { ...parts, now: () => parts.invalidations.observe(parts.now()) };
    this.keys = new Keys(name, policy, parts);
    this.outcomes = new Outcomes(name, this.parts);
    this.entries = new Entries(name, policy, this.parts);
    const { entries, keys } = this;
    const tier = this.tier = { forInvalidations: parts.shared?.entriesOf({ ...this.parts, cacheName: name, policy, entries, keys }) };
    const loads = this.loads = new Loads(name, policy, this.parts, entries, tier);
    this.refreshes = new Refreshes(name, this.parts, entries, loads, tier);
    this.changes = new Changes(keys, entries, loads, tier);
    this.pastIt = new Bypass(policy, this.parts, loads);
    this.comparison = new Shadow(this.parts, loads, this.pastIt, tier, (key) => this.fresh(key));
    if (parts.sharesLater !== true) {
      this.share();
    }
  }

  /** Uses the shared tier from now on. */
  public share(): void {
    this.tier.forAll = this.tier.forInvalidations;
  }

  /** @param loader the cache's own, but for its share in what the caller asks for besides (batch.ts) */
  public get(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args, loader);
    }
    const entry = this.entries.at(key);
    if (entry !== undefined) {
      const now = this.parts.now();
      if (now < entry.plainUntil && now >= entry.storedAt && entry.checked === this.parts.invalidations.latest) {
        return this.serve(entry, 'hit');
      }
    }
    return this.lookUp(this.newCall(key, args, loader));
  }

  /** The fresh entry in memory, if there is one; calls nobody and counts nothing. */
  public peek(args: readonly unknown[]): StoredEntry | undefined {
    const key = this.keys.of(args);
    return key === undefined ? undefined : this.fresh(key);
  }

  /** Brings what the shared tier has into memory. */
  public async look(args: readonly unknown[]): Promise<void> {
    const key = this.keys.of(args);
    if (key !== undefined) {
      await this.tier.forAll?.look(key);
    }
  }

  /** Calls the loader now, whatever is cached. Refreshes that come while a load is under way share the next one. */
  public async refresh(args: readonly unknown[]): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args);
    }
    const call = this.newCall(key, args);
    const current = this.loads.at(key);
    let isOwn = false;
    const begin = async () => {
      const ticket = this.tier.forAll && (await this.tier.forAll.look(key)).ticket;
      const other = this.loads.current(key);
      isOwn = other === undefined;
      return (other ?? this.loads.begin(call, this.entries.findUsable(key), ticket)).wait();
    };
    // The load under way may have read the origin before the change that this refresh is about.
    const loaded = await (current === undefined ? begin() : current.next ??= current.result.promise.then(begin, begin));
    if ('unshared' in loaded) {
      return isOwn ? loaded.unshared : this.loadPast(call);
    }
    return this.handOut(loaded);
  }

  /** Takes every entry out of memory. */
  public clear(): void {
    this.entries.clear();
  }

  /** Calls the loader as if there were no cache. */
  public async bypass(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    return this.pastIt.call(() => loader(...(args as never[])));
  }

  /** Calls the origin, and counts that. */
  public measured(load: () => unknown): Promise<unknown> {
    return this.loads.measured(undefined, load);
  }

  /**
   * Calls the loader as if there were no cache, and compares what it returns with what the cache would have returned.
   */
  public async shadow(args: readonly unknown[], loader = this.loader): Promise<unknown> {
    const key = this.keys.of(args);
    if (key === undefined) {
      return this.bypass(args, loader);
    }
    return this.comparison.call(this.newCall(key, args, loader));
  }

  public handOut(content: Content): unknown {
    if ('error' in content) {
      throw content.error instanceof StoredError ? content.error.copy() : this.handOutValue(content.error);
    }
    return this.handOutValue(content.stored);
  }

  private handOutValue(stored: StoredValue): unknown {
    return this.policy.mutable ? handOutMutable(stored) : handOut(stored);
  }

  private serve(entry: Entry, as: 'hit' | 'staleHit'): Promise<unknown> {
    this.outcomes[as](entry.key);
    if (entry.generation !== this.parts.memory.generation) {
      this.parts.memory.touch(entry);
    }
    try {
      return Promise.resolve(this.handOut(entry.content));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  private newCall(key: Key, args: readonly unknown[], loader = this.loader): Call {
    return new Call(key, args, loader, this.parts.invalidations.latest, this.keys.sameTenant());
  }

  /** Everything but the plain hit. */
  private lookUp(call: Call): Promise<unknown> {
    const { key } = call;
    const entry = this.entries.find(key);
    const now = this.parts.now();
    const isEnough = entry !== undefined && now < entry.trustedUntil && isUsable(entry, now, 'staleWhileRevalidateMs');
    return isEnough || this.tier.forAll === undefined || this.loads.current(key) !== undefined
      ? this.decide(call, entry)
      : this.lookFurther(this.tier.forAll, call);
  }

  /** Decides when the shared tier has said what it knows. */
  private async lookFurther(shared: SharedEntries, call: Call): Promise<unknown> {
    const { key } = call;
    const joins = shared.current(key) !== undefined;
    const look = await shared.look(key);
    // Where memory has no room for all that was asked for in one go, what was found is out of it again.
    const found = look.found !== undefined && !this.entries.isOutdated(look.found) ? look.found : undefined;
    return this.decide(call, this.entries.find(key) ?? found, look, joins);
  }

  private decide(call: Call, entry: Entry | undefined, look?: Look, joins = false): Promise<unknown> {
    const { key } = call;
    const now = this.parts.now();
    // Whoever asked has the answer, however soon it will have to be asked again.
    const isAnswered = look?.found !== undefined && !joins;
    const isTrusted = entry !== undefined && (isAnswered || now < entry.trustedUntil);
    if (isTrusted && isUsable(entry, now, 'staleWhileRevalidateMs')) {
      if (now >= entry.refreshAt && now >= entry.retryAt) {
        this.refreshes.later(entry, (stale, ticket) => this.loads.begin(call, stale, ticket));
      }
      this.outcomes.looked(key, look, joins, true);
      return this.serve(entry, isFresh(entry, now) ? 'hit' : 'staleHit');
    }
    this.outcomes.looked(key, look, joins, false);
    // Without staleIfError, an entry that the shared tier could not be asked about is none.
    if (entry !== undefined && isUsable(entry, now, 'staleIfErrorMs') && (isTrusted || entry.staleIfErrorMs > 0)) {
      return isTrusted && now < entry.retryAt ? this.serve(entry, 'staleHit') : this.joinOrLoad(call, entry, look?.ticket);
    }
    return this.joinOrLoad(call, undefined, look?.ticket);
  }

  private async joinOrLoad(call: Call, stale?: Entry, ticket?: VersionToken): Promise<unknown> {
    const { key } = call;
    const current = this.loads.current(key);
    if (current !== undefined && !this.loads.shares(key)) {
      return this.loadPast(call);
    }
    const joins = current !== undefined;
    const load = current ?? this.loads.begin(call, stale, ticket);
    let loaded: Loaded | undefined;
    let failure: { readonly error: unknown } | undefined;
    try {
      loaded = await (stale === undefined ? load.wait() : this.resultOf(load, stale));
    } catch (error) {
      failure = { error };
    }
    if (failure === undefined && loaded === undefined) {
      return this.serve(stale!, 'staleHit');
    }
    if (joins && this.loads.isOutdatedFor(call, load)) {
      // A load that is under way now, or begins now, began after the call: this happens once.
      return this.lookUp(call);
    }
    const isOfOtherArguments = () => failure !== undefined && !load.call.isUnchanged();
    if (joins && ((loaded !== undefined && 'unshared' in loaded) || isOfOtherArguments())) {
      return this.loadPast(call);
    }
    this.outcomes.loaded(key, joins);
    if (failure !== undefined) {
      throw failure.error;
    }
    return 'unshared' in loaded! ? loaded.unshared : this.handOut(loaded!);
  }

  /** How long a call that has a stale entry waits for a load. An origin that hangs must not take all the time of an invocation. */
  private get patienceMs(): number {
    return Math.min(this.policy.softTimeoutMs ?? Infinity, (this.parts.remainingMs?.() ?? Infinity) * (1 - KEPT_TIME));
  }

  /** What the load brings; undefined where the stale entry is better: the load failed, or takes too long to wait for. */
  private async resultOf(load: Load, stale: Entry): Promise<Loaded | undefined> {
    const isStillUsable = () => isUsable(stale, this.parts.now(), 'staleIfErrorMs');
    try {
      const loaded = await load.wait(this.patienceMs);
      if (loaded !== undefined || !isStillUsable()) {
        return loaded ?? await load.wait();
      }
    } catch (error) {
      if (isStillUsable()) {
        logHiddenError('staleReturned', this.name, this.parts, load, error);
        return undefined;
      }
      throw error;
    }
    // Whoever comes next need not find out again how slow the origin is.
    stale.retryAt = this.parts.now() + this.policy.retryAfterMs;
    this.refreshes.keepAwake(load);
    return undefined;
  }

  private fresh(key: Key): StoredEntry | undefined {
    const entry = this.entries.find(key);
    const now = this.parts.now();
    return entry !== undefined && isFresh(entry, now) && now < entry.trustedUntil && 'stored' in entry.content ? entry as StoredEntry : undefined;
  }

  /** Calls the loader past the cache. */
  private loadPast(call: Call): Promise<unknown> {
    return this.pastIt.call(() => call.load());
  }
}
