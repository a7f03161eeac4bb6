import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CacheModel } from './cache-model.js';
import { type Call, check, type Key, type Load, type ModelPolicy, OriginError, type Token } from './history.js';
import { type Decided, KEYS, type Scenario, type Step, TTL } from './steps.js';
import { ENTRY_OVERHEAD } from '../../../lambda-runtime/engine/entries.js';
import type { CacheEvent } from '../../../lambda-runtime/engine/events.js';
import { loadContext } from '../../../lambda-runtime/engine/load-context.js';
import { CacheFixture, settled } from '../../equipment/cache-fixture.js';

const EVICTION = 'cdk-cached-function:eviction';

/** Room for two entries, and not for three. */
const SMALL = 2.75 * ENTRY_OVERHEAD;

/** The call that is being made: a loader runs in its async context. */
const callUnderWay = new AsyncLocalStorage<Call>();

/** Takes the steps with a real cache and with its model, and compares the two after each. */
export class Run {
  private readonly model: CacheModel;
  private readonly fixture: CacheFixture;
  private readonly maxBytes: number;
  private tokens = 0;
  /** Changes by hand that are under way. */
  private changes = 0;
  /** A promise that is broken where the engine would take the error for the origin's. */
  private failure?: Error;

  public constructor(private readonly scenario: Scenario) {
    this.model = new CacheModel(scenario.policy);
    this.maxBytes = scenario.policy.isAmple ? 1_000_000 : SMALL;
    this.fixture = new CacheFixture({
      ...optionsOf(scenario.policy),
      maxBytes: this.maxBytes,
      cacheErrors: (error) => error instanceof OriginError && error.isCached,
      loader: (key: Key) => this.beginLoad(key),
    });
  }

  public async steps(): Promise<void> {
    jest.spyOn(Math, 'random').mockReturnValue(this.scenario.policy.random); // so that the time of early refreshes is known
    const listen = (event: unknown) => this.guard(() => this.model.evicted((event as CacheEvent).key as Key));
    subscribe(EVICTION, listen);
    try {
      for (const each of this.scenario.steps) {
        await this.take(() => this.begin(each));
      }
      await this.end();
    } finally {
      unsubscribe(EVICTION, listen);
      jest.clearAllTimers(); // those of a run that has failed must not disturb the next
    }
  }

  /** One step, and everything that follows from it. */
  private async take(begin: () => void): Promise<void> {
    const { model, fixture } = this;
    model.history.step++;
    begin();
    // A jump between two readings of the clock goes undetected, so the clock is read after each step.
    fixture.invalidations.observe(fixture.now);
    await settled();
    if (this.failure) {
      throw this.failure;
    }
    check(this.changes === 0, 'a change takes longer than its step');
    model.endStep(fixture.now);
    for (const [counter, expected] of Object.entries(model.counted)) {
      const actual = fixture.counters[counter as keyof CacheModel['counted']];
      check(actual === expected, `${counter} is ${actual}, and not ${expected}`);
    }
    const { bytes, size } = fixture.memory;
    check(bytes <= this.maxBytes && bytes >= size * ENTRY_OVERHEAD, `${size} entries of ${bytes} bytes are in memory`);
    if (this.scenario.peeks) {
      KEYS.forEach((key) => check((fixture.peeked(key) as Token | undefined)?.number === model.fresh(key, fixture.now)?.number, `a peek at ${key} is wrong`));
    }
  }

  private begin(step: Step): void {
    const { fixture, model } = this;
    switch (step.do) {
      case 'get':
        return this.call('get', step.key, () => fixture.get(step.key));
      case 'refresh':
        return this.call('refresh', step.key, () => fixture.cache.refresh([step.key]));
      case 'invalidate':
        model.invalidatedKey(step.key);
        return this.change(fixture.cache.changes.invalidate([step.key]));
      case 'prime':
        return this.prime(this.newToken(step.key));
      case 'invalidateTag':
        model.invalidated((tags) => tags.includes('t'));
        return fixture.invalidations.invalidateTags(['t']);
      case 'invalidateAll':
        model.invalidated(() => true);
        return this.change(fixture.cache.changes.invalidateAll());
      case 'resolve':
        return this.onLoad(step.load, (load) => this.resolve(load, step.as));
      case 'reject':
        return this.onLoad(step.load, (load) => this.reject(load, step.isCached));
      case 'tag':
        return this.onLoad(step.load, ({ context }) => {
          context.tags = ['t'];
        });
      case 'background':
        model.afterResponse(step.ms);
        return void fixture.background.finish(step.ms);
      case 'pass':
        fixture.now += step.ms;
        model.elapsed(step.ms);
        return void jest.advanceTimersByTime(step.ms);
      default:
        fixture.now += step.ms;
        if (step.ms < 0) {
          // The age of every entry is unknown from now on.
          model.invalidated(() => true);
        }
    }
  }

  private call(operation: Call['operation'], key: Key, make: () => Promise<unknown>): void {
    const call = this.model.call(operation, key, this.fixture.now);
    const settle = (outcome: NonNullable<Call['outcome']>) => this.guard(() => {
      check(call.outcome === undefined, 'a call is answered twice');
      call.outcome = outcome;
    });
    callUnderWay.run(call, make).then((value) => settle({ value: value as Token }), (error: unknown) => settle({ error }));
  }

  private prime(token: Token): void {
    this.model.primed(token, this.fixture.now);
    this.change(this.fixture.cache.changes.prime([token.key], token).then(({ stored, scope }) => stored ? scope : 'nothing'));
  }

  /** A change by hand is done within its step, and reaches this environment alone: there is no shared tier. */
  private change(reached: Promise<string>): void {
    this.changes++;
    reached.then((scope) => this.guard(() => {
      this.changes--;
      check(scope === 'environment', `a change reaches ${scope}`);
    }), (error: Error) => this.guard(() => {
      throw error;
    }));
  }

  private beginLoad(key: Key): Promise<unknown> {
    return new Promise((resolve, reject) => this.guard(() => {
      const { model: { history: { step } }, fixture: { now } } = this;
      const origin = { key, context: loadContext(), resolve, reject };
      const load: Load = { ...origin, step, at: now, by: callUnderWay.getStore(), ranMs: 0, isDetached: false, isAnswered: false, tags: [] };
      this.model.begins(load, now);
      if (step % 2 === 0) {
        void load.context.signal; // others look at it when the load is aborted, or never
      }
    }));
  }

  private get unanswered(): Load[] {
    return this.model.history.loads.filter(({ isAnswered }) => !isAnswered);
  }

  private onLoad(choice: number, act: (load: Load) => void): void {
    const { unanswered } = this;
    if (unanswered.length > 0) {
      act(unanswered[choice % unanswered.length]);
    }
  }

  private resolve(load: Load, as: Decided): void {
    const { context, replaces } = load;
    let token = this.newToken(load.key);
    let ttl = TTL;
    if (as === 'tagged') {
      context.tags = ['t'];
    } else if (as === 'short') {
      context.ttl = { milliseconds: ttl = 100 };
    } else if (as === 'uncached') {
      context.doNotCache();
    }
    const isRenewed = as === 'renewed' && context.stale !== undefined;
    if (isRenewed) {
      token = context.notModified();
    }
    load.isAnswered = true;
    if (load.endedIn === undefined) {
      const set = context.tags as readonly string[];
      // What was tagged once stays so when it is renewed.
      this.model.brings(load, token, { ttl, tags: isRenewed && set.length === 0 ? replaces!.tags : set, isCached: as !== 'uncached' });
    }
    load.resolve(token);
  }

  private reject(load: Load, isCached: boolean): void {
    const error = new OriginError(isCached);
    load.isAnswered = true;
    if (load.endedIn === undefined) {
      this.model.fails(load, error, this.fixture.now);
    }
    load.reject(error);
  }

  private newToken(key: Key): Token {
    return { key, number: ++this.tokens };
  }

  /** In the end all loads end: then no caller waits, nothing is queued, and no timer runs. */
  private async end(): Promise<void> {
    const { fixture, model: { history } } = this;
    for (let round = 0; round < 20 && (this.unanswered.length > 0 || !fixture.background.isEmpty); round++) {
      await this.take(() => this.begin({ do: 'background', ms: 1_000 }));
      for (const load of this.unanswered) {
        await this.take(() => this.resolve(load, 'plain'));
      }
    }
    check(this.unanswered.length === 0 && fixture.background.isEmpty, 'work goes on for ever');
    check(history.calls.every(({ outcome }) => outcome !== undefined), 'a call is never answered');
    check(jest.getTimerCount() === 0, 'a timer is left');
  }

  private guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.failure ??= error as Error;
    }
  }
}

function optionsOf({ ttl, staleWhileRevalidate, staleIfError, retryAfter, softTimeout, hardTimeout, negativeTtl, earlyRefresh }: ModelPolicy) {
  const duration = (milliseconds?: number) => milliseconds ? { milliseconds } : undefined;
  return {
    ttl: { milliseconds: ttl },
    staleWhileRevalidate: duration(staleWhileRevalidate),
    staleIfError: duration(staleIfError),
    retryAfter: { milliseconds: retryAfter },
    softTimeout: duration(softTimeout),
    hardTimeout: duration(hardTimeout),
    negativeTtl: duration(negativeTtl),
    earlyRefresh,
  };
}
