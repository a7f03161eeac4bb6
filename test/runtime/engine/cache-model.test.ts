import fc from 'fast-check';
import { CacheModel, type ModelCall, type Token } from './cache-model.js';
import { type Outcome, settled, TTL, VirtualCache, watch } from './virtual-cache.js';

type Step =
  | { readonly do: 'get' | 'refresh' | 'invalidate' | 'prime'; readonly key: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'resolve' | 'reject'; readonly load: number };

const key = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refresh' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('invalidate' as const, 'prime' as const), key }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('resolve' as const), load: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reject' as const), load: fc.nat() }) },
  // A step of the clock; backwards too, as when the environment is thawed on another host.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, TTL / 2, TTL - 1, TTL, 3 * TTL, -1, -TTL / 2, -TTL) }) },
);
const steps = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' });

/** Runs the steps with the cache and with its model side by side. */
class SideBySide {
  private readonly real = new VirtualCache();
  private readonly model: CacheModel;
  private readonly watched: { outcome: Outcome }[] = [];
  private readonly compared = new Set<number>();

  public constructor() {
    this.model = new CacheModel(this.real.now);
  }

  public async run(all: readonly Step[]): Promise<void> {
    for (const each of all) {
      await this.take(each);
    }
    // In the end every load ends, and nobody waits any more.
    while (this.model.loads.some((load) => !load.settled)) {
      await this.take({ do: 'resolve', load: 0 });
    }
    expect(this.model.calls.filter(({ expected }) => expected === 'pending')).toEqual([]);
  }

  private async take(each: Step): Promise<void> {
    this.model.step++;
    switch (each.do) {
      case 'get':
        this.watched.push(watch(this.real.get(each.key)));
        this.model.get(each.key);
        break;
      case 'refresh':
        this.watched.push(watch(this.real.cache.refresh([each.key])));
        this.model.refresh(each.key);
        break;
      case 'invalidate':
        await this.real.cache.changes.invalidate([each.key]);
        this.model.invalidate(each.key);
        break;
      case 'prime':
        await this.real.cache.changes.prime([each.key], this.model.prime(each.key));
        break;
      case 'pass':
        this.real.now += each.ms;
        // A jump that nobody sees cannot be known: something looks at the clock after each step.
        this.real.invalidations.observe(this.real.now);
        this.model.pass(each.ms);
        break;
      default:
        this.settle(each);
    }
    await settled();
    this.compare();
  }

  private settle({ do: what, load: choice }: Extract<Step, { load: number }>): void {
    const open = this.model.loads.filter((load) => !load.settled);
    if (open.length === 0) {
      return;
    }
    const load = open[choice % open.length];
    const call = this.real.calls[this.model.loads.indexOf(load)];
    if (what === 'resolve') {
      call.resolve(load.token);
      this.model.settle(load, { value: load.token });
    } else {
      const error = new Error(`load of step ${load.token.step}`);
      call.reject(error);
      this.model.settle(load, { error });
    }
  }

  private compare(): void {
    expect(this.real.calls.map(({ args }) => args)).toEqual(this.model.loads.map(({ token }) => [token.key]));
    expect(this.real.counters).toMatchObject(this.model.counted);
    const answered = this.model.calls.filter(({ operation, expected }) => operation === 'get' && expected !== 'pending');
    expect(this.model.counted.hits + this.model.counted.misses).toBe(answered.length);
    for (const each of ['a', 'b', 'c']) {
      expect(this.real.peeked(each)).toEqual(this.model.fresh(each));
      expect(this.model.underWay(each).length).toBeLessThanOrEqual(1);
    }
    for (const [index, call] of this.model.calls.entries()) {
      if (!this.compared.has(index)) {
        this.compareCall(call, this.watched[index].outcome);
      }
      if (call.expected !== 'pending') {
        this.compared.add(index); // a promise is settled for good
      }
    }
  }

  private compareCall(call: ModelCall, outcome: Outcome): void {
    const { expected } = call;
    if (expected === 'pending' || outcome === 'pending' || 'error' in expected) {
      // An error is the very one that the loader failed with.
      expect(errorOf(outcome)).toBe(errorOf(expected));
      return;
    }
    expect(outcome).toEqual(expected);
    this.checkPromises(call, expected.value);
  }

  /** What users are promised, said without the model's help. */
  private checkPromises(call: ModelCall, value: Token): void {
    expect(value.key).toBe(call.key);
    const age = call.at - value.readAt;
    const readAfterCall = value.step >= call.step;
    if (!readAfterCall) {
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(TTL);
    }
    if (call.operation === 'refresh') {
      expect(readAfterCall).toBe(true);
    }
    expect(value.step).toBeGreaterThanOrEqual(this.forgottenBefore(call));
  }

  private forgottenBefore({ key: of, step: at }: ModelCall): number {
    const forgotten = this.model.forgottenAt.get(of) ?? 0;
    return forgotten <= at ? forgotten : 0;
  }
}

const errorOf = (outcome: Outcome) => typeof outcome === 'object' && 'error' in outcome ? outcome.error : outcome;

describe('whatever happens in whatever order', () => {
  test('the cache does what its model does', async () => {
    await fc.assert(fc.asyncProperty(steps, (all) => new SideBySide().run(all)), { numRuns: 200 });
  }, 60_000);
});
