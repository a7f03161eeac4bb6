import { CacheState, type Decision } from './cache-state.js';
import { DueRefreshes } from './due-refreshes.js';
import { type Call, check, type Entry, History, isRunning, type Key, type Load, type ModelPolicy, OriginError, type Token } from './history.js';
import { Promises } from './promises.js';

/**
 * What a cache must do, step by step: when it calls the origin, for which load a call waits, what it gets, and what is counted.
 * Whatever a call gets must keep the promises too, which are checked without all this.
 */
export class CacheModel {
  public readonly history = new History();
  public readonly counted = {
    hits: 0, staleHits: 0, coalescedHits: 0, misses: 0, bypasses: 0, originCalls: 0, originErrors: 0, evictions: 0, uncacheable: 0,
  };
  private readonly state: CacheState;
  private readonly refreshes: DueRefreshes;
  private readonly promises: Promises;
  private readonly waiting = new Set<Call>();

  public constructor(private readonly policy: ModelPolicy) {
    this.state = new CacheState(policy, this.history);
    this.refreshes = new DueRefreshes(this.state, this.history);
    this.promises = new Promises(policy, this.history);
  }

  /** What a peek must return. */
  public fresh(key: Key, now: number): Token | undefined {
    const entry = this.state.entry(key);
    return entry !== undefined && 'value' in entry.content && now - entry.at < entry.ttl ? entry.content.value : undefined;
  }

  public call(operation: Call['operation'], key: Key, now: number): Call {
    const call: Call = { operation, key, step: this.history.step, at: now, isFromEntry: false, waitedMs: 0 };
    this.history.calls.push(call);
    this.waiting.add(call);
    if (operation === 'get') {
      this.lookup(call, now);
    } else {
      call.waitsFor = this.state.running(key);
    }
    return call;
  }

  /** A load begins: for a call that nothing else can answer, or as a refresh that is due, and only one of a key at a time. */
  public begins(load: Load, now: number): void {
    const { key, by, step } = load;
    this.noticeAborted(now);
    this.history.loads.push(load);
    this.counted.originCalls++;
    this.refreshes.begins(key, by === undefined);
    if (by !== undefined) {
      check(by.key === key && by.outcome === undefined, `${key} is loaded for a call that does not wait for it`);
      check(by.operation === 'refresh' || this.state.usable(key, now) === undefined, `${key} is there and is loaded all the same`);
    }
    // A refresh waits for the load under way, however old that is; what was joined before may have become too old.
    const waits = by === undefined || (by.operation === 'refresh' && by.step === step);
    check((waits ? this.state.running(key) : this.state.joinable(key, now)) === undefined, `two loads of ${key} at a time`);
    load.replaces = this.state.stale(key, by, now);
    checkStale(load);
    this.state.begins(load);
  }

  public brings(load: Load, value: Token, decision: Decision): void {
    this.state.brings(load, value, decision);
  }

  public fails(load: Load, error: unknown, now: number): void {
    this.counted.originErrors++;
    this.state.fails(load, error, now);
  }

  public invalidatedKey(key: Key): void {
    this.state.invalidatedKey(key);
  }

  public invalidated(concerns: (tags: readonly string[]) => boolean): void {
    this.state.invalidated(concerns);
  }

  public primed(value: Token, now: number): void {
    this.state.primed(value, now);
  }

  public evicted(key: Key): void {
    check(!this.policy.isAmple, `${key} is evicted, and there is room`);
    this.counted.evictions++;
    this.state.evicted(key);
  }

  /** Timers run that long. */
  public elapsed(ms: number): void {
    this.history.loads.filter(isRunning).forEach((load) => load.ranMs += ms);
    this.waiting.forEach((call) => call.waitedMs += ms);
    this.refreshes.elapsed();
  }

  public afterResponse(ms: number): void {
    this.refreshes.afterResponse(ms);
  }

  /** Everything that follows from the step has happened. */
  public endStep(now: number): void {
    const { hardTimeout = Infinity } = this.policy;
    this.noticeAborted(now);
    check(this.history.loads.every((load) => !isRunning(load) || load.ranMs < hardTimeout), 'a load goes on after its hard timeout');
    this.refreshes.endStep();
    for (const call of this.waiting) {
      if (call.outcome !== undefined) {
        this.promises.checkOutcome(call, call.outcome, now);
      }
      this.follow(call, now);
      this.compare(call);
    }
  }

  /** An entry answers the call, or the load under way, or one that it begins now. */
  private lookup(call: Call, now: number): void {
    const { key } = call;
    const usable = this.state.usable(key, now);
    if (usable !== undefined) {
      const age = now - usable.at;
      this.serve(call, usable, age >= usable.ttl);
      const { earlyRefresh, random } = this.policy;
      if (age >= usable.ttl * (earlyRefresh + (1 - earlyRefresh) * random) && now >= usable.retryAt) {
        this.refreshes.add(key, usable);
      }
      return;
    }
    const entry = this.state.entry(key);
    call.fallback = entry !== undefined && this.state.isFallback(entry, now) ? entry : undefined;
    call.waitsFor = this.state.joinable(key, now);
    call.waitedMs = 0;
  }

  /** What a waiting call must have received by now: nothing while its load continues, unless it has a fallback. */
  private follow(call: Call, now: number): void {
    if (call.expected !== undefined) {
      return;
    }
    const load = call.waitsFor ??= this.history.loads.findLast(({ by, step }) => by === call && step === this.history.step);
    if (load === undefined) {
      throw new Error(`A promise is broken: nothing can answer a ${call.operation} of ${call.key} but a load, and none is under way`);
    }
    if (this.fallBack(call, load, now) || load.endedIn === undefined) {
      return;
    }
    const isOlder = load.step < call.step;
    if (isOlder && call.operation === 'refresh') {
      call.waitsFor = this.state.running(call.key);
      this.follow(call, now);
    } else if (isOlder && this.history.isOutdatedFor(call, load)) {
      this.lookup(call, now);
      this.follow(call, now);
    } else {
      call.expected = load.content;
      if (call.operation === 'get') {
        const isOwn = load.by === call;
        this.counted.misses += Number(isOwn);
        this.counted.hits += Number(!isOwn);
        this.counted.coalescedHits += Number(!isOwn);
      }
    }
  }

  /** Whether the call gets an old entry, since its load has failed or is slow. */
  private fallBack(call: Call, { endedIn, content }: Load, now: number): boolean {
    const { fallback, waitedMs } = call;
    const { softTimeout = Infinity, retryAfter } = this.policy;
    const isSlow = endedIn === undefined && waitedMs >= softTimeout;
    const hasFailed = content !== undefined && 'error' in content;
    if (fallback === undefined || !(isSlow || hasFailed)) {
      return false;
    }
    if (!this.state.isFallback(fallback, now)) {
      call.waitedMs = -Infinity; // it waits for the load, however slow that is
      return false;
    }
    if (isSlow) {
      fallback.retryAt = now + retryAfter;
    }
    this.serve(call, fallback, true);
    return true;
  }

  private serve(call: Call, { content }: Entry, isStale: boolean): void {
    call.expected = content;
    call.isFromEntry = true;
    this.counted.hits++;
    this.counted.staleHits += Number(isStale);
  }

  private compare(call: Call): void {
    const { outcome, expected, isFromEntry, operation, key } = call;
    if (expected === undefined) {
      check(outcome === undefined, `a ${operation} of ${key} is answered before its load`);
      return;
    }
    check(outcome !== undefined, `a ${operation} of ${key} is not answered`);
    this.waiting.delete(call);
    const isSame = 'value' in expected
      ? 'value' in outcome! && outcome.value.key === expected.value.key && outcome.value.number === expected.value.number
      : 'error' in outcome! && isSameError(outcome.error, expected.error, isFromEntry);
    check(isSame, `a ${operation} of ${key} got ${JSON.stringify(outcome)}, and not ${JSON.stringify(expected)}`);
  }

  /** Loads are aborted after their hard timeout, or at the end of the time for work after the response. */
  private noticeAborted(now: number): void {
    const { hardTimeout = Infinity } = this.policy;
    for (const load of this.history.loads.filter((each) => each.endedIn === undefined && !isRunning(each))) {
      const { aborted, reason } = load.context.signal as { aborted: boolean; reason: Error };
      check(aborted, 'the signal of a load is not aborted with it');
      const isInUse = [...this.waiting].some(({ waitsFor, operation, step }) => waitsFor === load && (operation === 'get' || load.step >= step));
      check(reason.name === 'LoadTimeoutError' ? load.ranMs >= hardTimeout : !isInUse, 'a load is aborted that a call waits for');
      this.fails(load, reason, now);
    }
  }
}

/** The loader is shown what it is to replace. */
function checkStale({ key, context: { stale }, replaces }: Load): void {
  const shown = stale && `${(stale.value as Token).number} of ${stale.storedAt.getTime()}`;
  const expected = replaces && 'value' in replaces.content ? `${replaces.content.value.number} of ${replaces.at}` : undefined;
  check(shown === expected, `the loader of ${key} is shown ${shown} as stale, and not ${expected}`);
}

/** What a load failed with is passed on as it is; each hit gets a copy of its own. */
function isSameError(actual: unknown, expected: unknown, isFromEntry: boolean): boolean {
  return isFromEntry
    ? actual !== expected && actual instanceof OriginError && expected instanceof OriginError && actual.number === expected.number
    : actual === expected;
}
