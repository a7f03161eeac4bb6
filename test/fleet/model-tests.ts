import fc from 'fast-check';
import { describeIfThere, type Startable, type Topology } from './backend.js';
import { Environment, tag, type Version } from './fleet.js';

const TTL = 10_000;
const MEMORY_TTL = 2_000;

/** What may happen to a fleet. Origin reads take their value when they begin: the worst case, since it is oldest then. */
type Step =
  | { readonly do: 'get' | 'refresh' | 'prime'; readonly environment: number; readonly key: string }
  /** The origin's value changes, and somebody says so, by the key, one of its tags, or all. */
  | { readonly do: 'change'; readonly environment: number; readonly key: string; readonly by: 'key' | 'tag' | 'all' }
  | { readonly do: 'answer'; readonly load: number }
  | { readonly do: 'recycle'; readonly environment: number }
  | { readonly do: 'pass'; readonly milliseconds: number }
  /** Everything under way on the network ends; what waits for the origin still waits. */
  | { readonly do: 'settle' };

const environment = fc.nat(2);
const key = fc.constantFrom('a', 'b');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), environment, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('refresh' as const, 'prime' as const), environment, key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), environment, key, by: fc.constantFrom('key' as const, 'tag' as const, 'all' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('answer' as const), load: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recycle' as const), environment }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), milliseconds: fc.constantFrom(1, 500, MEMORY_TTL, MEMORY_TTL, MEMORY_TTL, TTL) }) },
  { weight: 6, arbitrary: fc.constant({ do: 'settle' as const }) },
);

/** Interleavings of what a fleet does, on clocks that differ, against the one promise: what was invalidated is never returned. */
export function testFleetModel(kind: Startable<Topology>): void {
  describeIfThere(kind)(`a fleet with ${kind.name}`, () => {
    let topology: Topology;

    beforeAll(async () => {
      topology = await kind.start();
    });
    afterAll(() => topology?.stop());

    test('never returns what was invalidated, in any order of events', async () => {
      let runs = 0;
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 3, maxLength: 3 }),
        async (steps, skews) => {
          const fleet = new Fleet(topology, `f${runs++}`, skews);
          await fleet.open();
          for (const each of steps) {
            await fleet.take(each);
          }
          await fleet.close();
        }), { numRuns: Number(process.env.FLEET_RUNS ?? 300) });
    });
  });
}

class Fleet {
  private now = 0;
  private versions = 0;
  private readonly origin = new Map<string, number>();
  private readonly primed = new Set<string>();
  private readonly loads: (() => void)[] = [];
  private readonly environments: Environment[] = [];
  private readonly calls: Promise<unknown>[] = [];
  /** The version before which nothing may be returned, and from when on in which environment. */
  private readonly floors: { readonly key: string; readonly version: number; readonly at: number; readonly in: Environment }[] = [];

  public constructor(private readonly topology: Topology, private readonly name: string, private readonly skews: readonly number[]) {}

  public async open(): Promise<void> {
    for (const index of this.skews.keys()) {
      this.environments[index] = await this.newEnvironment(index);
    }
  }

  public async take(each: Step): Promise<void> {
    switch (each.do) {
      case 'get':
        this.get(this.environments[each.environment], each.key);
        break;
      case 'refresh':
        this.calls.push(this.environments[each.environment].refresh(this.nameOf(each.key)));
        break;
      case 'prime':
        this.primed.add(each.key);
        await this.environments[each.environment].prime(this.nameOf(each.key), this.read(each.key));
        break;
      case 'change':
        await this.change(this.environments[each.environment], each.key, each.by);
        break;
      case 'answer':
        this.loads.splice(each.load, 1).forEach((answer) => answer());
        break;
      case 'recycle':
        this.environments[each.environment] = await this.newEnvironment(each.environment);
        break;
      case 'pass':
        this.now += each.milliseconds;
        this.environments.forEach((environment_) => {
          environment_.now += each.milliseconds;
        });
        break;
      case 'settle':
        await Promise.all(this.environments.map((environment_) => environment_.store.idle()));
    }
  }

  /** In the end every load ends, and nobody waits any more. */
  public async close(): Promise<void> {
    let isOver = false;
    const over = Promise.all(this.calls).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      this.loads.splice(0).forEach((answer) => answer());
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    await over;
    await Promise.all(this.environments.map((environment_) => environment_.settle()));
  }

  private get(from: Environment, key_: string): void {
    const beganAt = this.now;
    const floors = this.floors.filter((floor) => floor.key === key_ && (floor.in === from || beganAt >= floor.at + MEMORY_TTL));
    const oldest = Math.max(0, ...floors.map(({ version }) => version));
    this.calls.push(from.get(this.nameOf(key_)).then((value) => {
      expect(value.key).toBe(key_);
      expect(value.version).toBeGreaterThanOrEqual(oldest);
    }));
  }

  private async change(by: Environment, key_: string, how: 'key' | 'tag' | 'all'): Promise<void> {
    const version = ++this.versions;
    this.origin.set(key_, version);
    // A primed entry has no tags.
    switch (how === 'tag' && this.primed.has(key_) ? 'key' : how) {
      case 'key':
        await by.invalidate(this.nameOf(key_));
        break;
      case 'tag':
        await by.invalidateTags(`${this.name}-${key_}`);
        break;
      case 'all':
        await by.invalidateAll();
    }
    this.floors.push({ key: key_, version, at: this.now, in: by });
  }

  private async newEnvironment(index: number): Promise<Environment> {
    const created = new Environment(this.topology, (name) => {
      const key_ = name.split('-')[1];
      tag(name, 'all of them');
      const value = this.read(key_);
      return new Promise((resolve) => this.loads.push(() => resolve(value)));
    }, { ttl: { milliseconds: TTL }, memoryTtl: { milliseconds: MEMORY_TTL } });
    created.now += this.now + this.skews[index];
    await created.open();
    return created;
  }

  private read(key_: string): Version {
    return { key: key_, version: this.origin.get(key_) ?? 0 };
  }

  private nameOf(key_: string): string {
    return `${this.name}-${key_}`;
  }
}
