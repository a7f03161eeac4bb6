import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { type Call, check, type Key, type Load, type ModelPolicy, OriginError, Promises } from './model';
import { fakeTimers, Scene, settled } from './scene';
import type { CacheEvent } from '../../lambda-runtime/engine/events';
import { loadContext } from '../../lambda-runtime/engine/load-context';

/** In CI; `npx projen test:soak` runs more. */
const CASES = Number(process.env.CASES ?? 2_000);

const TTL = 1_000;
const KEYS: readonly Key[] = ['a', 'b', 'c'];

type Way = 'plain' | 'short' | 'tagged' | 'uncached' | 'renewed';

type Step =
  | { readonly do: 'get' | 'refresh' | 'invalidate' | 'prime'; readonly key: Key }
  | { readonly do: 'resolve'; readonly load: number; readonly way: Way }
  | { readonly do: 'reject'; readonly load: number; readonly isCached: boolean }
  | { readonly do: 'pass' | 'freeze' | 'jump' | 'background'; readonly ms: number }
  | { readonly do: 'invalidateTag' | 'invalidateAll' };

const key = fc.constantFrom(...KEYS);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(14, fc.record({ do: fc.constant('get' as const), key })),
  weighted(2, fc.record({ do: fc.constant('refresh' as const), key })),
  weighted(1, fc.record({ do: fc.constantFrom('invalidate' as const, 'prime' as const), key })),
  weighted(9, fc.record({ do: fc.constant('resolve' as const), load: fc.nat(9), way: fc.constantFrom<Way>('plain', 'plain', 'short', 'tagged', 'uncached', 'renewed') })),
  weighted(4, fc.record({ do: fc.constant('reject' as const), load: fc.nat(9), isCached: fc.boolean() })),
  weighted(6, fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 50, 100, 299, 400, 500, TTL - 1, TTL) })),
  weighted(3, fc.record({ do: fc.constant('freeze' as const), ms: fc.constantFrom(1, 300, TTL / 2, TTL, 3 * TTL) })),
  weighted(1, fc.record({ do: fc.constant('jump' as const), ms: fc.constantFrom(-1, -TTL / 2, -TTL, 5 * TTL) })),
  weighted(4, fc.record({ do: fc.constant('background' as const), ms: fc.constantFrom(0, 200, 5_000) })),
  weighted(1, fc.record({ do: fc.constantFrom('invalidateTag' as const, 'invalidateAll' as const) })),
);

const policy: fc.Arbitrary<ModelPolicy & { readonly earlyRefresh: number; readonly maxBytes: number }> = fc.record({
  ttl: fc.constant(TTL),
  staleWhileRevalidate: fc.constantFrom(0, 500),
  staleIfError: fc.constantFrom(0, 2_000),
  softTimeout: fc.constantFrom(undefined, 100),
  hardTimeout: fc.constantFrom(undefined, 400),
  negativeTtl: fc.constantFrom(undefined, 200),
  earlyRefresh: fc.constantFrom(1, 0.5),
  // Room for all, or for two of the three.
  maxBytes: fc.constantFrom(1_000_000, 1_032),
});

/** Takes the steps with a real cache, and holds it to its promises after each. */
class Run {
  private readonly promises: Promises;
  private readonly scene: Scene;
  private values = 0;

  public constructor(model: ModelPolicy & { readonly earlyRefresh: number; readonly maxBytes: number }) {
    const duration = (milliseconds?: number) => milliseconds ? { milliseconds } : undefined;
    this.promises = new Promises(model);
    this.scene = new Scene({
      ttl: { milliseconds: TTL },
      staleWhileRevalidate: duration(model.staleWhileRevalidate),
      staleIfError: duration(model.staleIfError),
      retryAfter: { milliseconds: 300 },
      softTimeout: duration(model.softTimeout),
      hardTimeout: duration(model.hardTimeout),
      negativeTtl: duration(model.negativeTtl),
      earlyRefresh: model.earlyRefresh,
      maxBytes: model.maxBytes,
      cacheErrors: (error) => error instanceof OriginError && error.isCached,
      loader: (asked: Key) => this.beginLoad(asked),
    });
  }

  public async steps(all: readonly Step[]): Promise<void> {
    const listen = (event: unknown) => this.promises.evicted((event as CacheEvent).key as Key);
    subscribe('cdk-cached-function:eviction', listen);
    try {
      for (const each of all) {
        await this.take(each);
      }
      await this.end();
    } finally {
      unsubscribe('cdk-cached-function:eviction', listen);
    }
  }

  private async take(each: Step): Promise<void> {
    this.promises.step++;
    const { scene, promises } = this;
    switch (each.do) {
      case 'get':
        return this.get(each.key);
      case 'refresh':
        this.call('refresh', each.key, scene.cache.refresh([each.key]));
        break;
      case 'invalidate':
        promises.invalidated((of) => of === each.key);
        await scene.cache.changes.invalidate([each.key]);
        break;
      case 'prime':
        promises.primed(each.key, ++this.values, scene.now);
        await scene.cache.changes.prime([each.key], this.values);
        break;
      case 'invalidateTag':
        promises.invalidated((_, tags) => tags.includes('t'));
        scene.invalidations.invalidateTags(['t']);
        break;
      case 'invalidateAll':
        promises.invalidated(() => true);
        await scene.cache.changes.invalidateAll();
        break;
      case 'resolve':
        this.resolve(promises.running[each.load % promises.running.length], each.way);
        break;
      case 'reject':
        this.reject(promises.running[each.load % promises.running.length], each.isCached);
        break;
      case 'background':
        void scene.background.finish(each.ms);
        break;
      case 'pass':
        scene.now += each.ms;
        jest.advanceTimersByTime(each.ms);
        break;
      default:
        scene.now += each.ms;
        if (each.ms < 0) {
          // Nobody knows any more how old anything is: all of it is invalid as soon as some cache looks at the clock.
          promises.invalidated(() => true);
        }
    }
    scene.invalidations.observe(scene.now);
    await this.checkAll();
  }

  /** What must be there is returned at once, and nobody calls the origin for it. */
  private async get(of: Key): Promise<void> {
    const { promises, scene } = this;
    const certain = promises.certainValue(of, scene.now);
    const begun = promises.loads.length;
    const call = this.call('get', of, scene.get(of));
    if (certain !== undefined) {
      await Promise.resolve();
      await settled();
      check(call.outcome !== undefined && 'value' in call.outcome && call.outcome.value === certain, `${of} is there and is not returned`);
      check(promises.loads.length === begun, `${of} is there and is loaded all the same`);
    }
    await this.checkAll();
  }

  private call(operation: Call['operation'], of: Key, result: Promise<unknown>): Call {
    const { step: now, calls } = this.promises;
    const call: Call = { operation, key: of, step: now, at: this.scene.now, outcome: undefined };
    calls.push(call);
    const settle = (outcome: NonNullable<Call['outcome']>) => {
      check(call.outcome === undefined, 'a call was answered twice');
      call.outcome = outcome;
      this.pending.push(call);
    };
    result.then((value) => settle({ value: value as number }), (error: unknown) => settle({ error }));
    return call;
  }

  /** Calls that were answered since the last check. */
  private readonly pending: Call[] = [];

  private async checkAll(): Promise<void> {
    await settled();
    this.pending.splice(0).forEach((call) => this.promises.checkOutcome(call, this.scene.now));
    if (this.failure) {
      throw this.failure;
    }
  }

  private failure?: Error;

  private beginLoad(of: Key): Promise<unknown> {
    return new Promise((resolve, reject) => {
      try {
        this.promises.checkBeginning({ key: of, step: this.promises.step, at: this.scene.now, context: loadContext(), resolve, reject });
      } catch (error) {
        this.failure = error as Error; // thrown here it would only be one more error of the origin
      }
    });
  }

  private resolve(load: Load | undefined, way: Way): void {
    if (load === undefined) {
      return;
    }
    const { context } = load;
    let value: unknown = ++this.values;
    let ttl = TTL;
    if (way === 'tagged') {
      context.tags = ['t'];
      this.tagged.add(this.values);
    } else if (way === 'short') {
      context.ttl = { milliseconds: ttl = 100 };
    } else if (way === 'uncached') {
      context.doNotCache();
    } else if (way === 'renewed' && context.stale !== undefined) {
      value = context.notModified();
    }
    const set = context.tags as readonly string[];
    const tags = value === this.values ? set : this.tagsOf(set, value as number);
    this.promises.read(load, value as number, ttl, tags, way !== 'uncached');
    load.resolve(value);
  }

  private readonly tagged = new Set<number>();

  /** What was tagged once stays so when it is renewed. */
  private tagsOf(tags: readonly string[], value: number): readonly string[] {
    return this.tagged.has(value) ? ['t'] : tags;
  }

  private reject(load: Load | undefined, isCached: boolean): void {
    if (load === undefined) {
      return;
    }
    load.endedIn = this.promises.step;
    if (!load.context.signal.aborted) {
      load.error = new OriginError(isCached);
    }
    load.reject(load.error ?? new Error('nobody listens'));
  }

  /** In the end all loads end: then nobody waits, nothing is queued, no timer runs, and the counters add up. */
  private async end(): Promise<void> {
    const { promises, scene } = this;
    for (let round = 0; round < 20 && (promises.running.length > 0 || !scene.background.isEmpty); round++) {
      promises.step++;
      void scene.background.finish(1_000);
      await settled();
      promises.running.forEach((load) => this.resolve(load, 'plain'));
      await this.checkAll();
    }
    jest.advanceTimersByTime(10_000);
    await this.checkAll();
    check(promises.running.length === 0 && scene.background.isEmpty, 'work goes on for ever');
    check(promises.calls.every(({ outcome }) => outcome !== undefined), 'a call is never answered');
    check(jest.getTimerCount() === 0, 'a timer is left');
    const { hits, misses, bypasses, staleHits, joinedHits, originCalls, originErrors } = scene.counters;
    check(hits + misses === promises.calls.filter(({ operation }) => operation === 'get').length && bypasses === 0, 'every get is a hit or a miss');
    check(staleHits + joinedHits <= hits, 'stale and joined hits are hits');
    check(misses <= originCalls && originCalls === promises.loads.length, 'origin calls are counted');
    check(originErrors === promises.loads.filter(({ error, context }) => error !== undefined || context.signal.aborted).length, 'origin errors are counted');
  }
}

test(`whatever happens in whatever order, every promise is kept (${CASES} cases)`, async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0); // so that we know when early refreshes come
  fakeTimers();
  const steps = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
  await fc.assert(fc.asyncProperty(policy, steps, (model, all) => new Run(model).steps(all)), { numRuns: CASES });
}, 20_000 + CASES * 20);
