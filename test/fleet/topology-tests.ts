import { describeIfThere, type Startable, type Topology } from './backend.js';
import { Environment, tag } from './fleet.js';

/** The same however the servers are set up: what is loaded is shared, and what is invalidated is gone. */
export function testTopology(kind: Startable<Topology>): void {
  describeIfThere(kind)(`with ${kind.name}`, () => describeTopology(() => kind.start()));
}

function describeTopology(start: () => Promise<Topology>): void {
  let topology: Topology;

  beforeAll(async () => {
    topology = await start();
  });
  afterAll(() => topology?.stop());

  async function environment(originCalls: string[]): Promise<Environment> {
    const created = new Environment(topology, (key) => {
      tag(`about ${key}`);
      originCalls.push(key);
      return Promise.resolve({ key, version: originCalls.length });
    }, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 } });
    await created.open();
    expect(created.warnings).toEqual([]);
    return created;
  }

  test('environments share what they load', async () => {
    const calls: string[] = [];
    const [one, two] = [await environment(calls), await environment(calls)];
    const keys = Array.from({ length: 50 }, (_, index) => `shared${index}`);
    const loaded = await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(loaded);
    expect(calls).toHaveLength(50);
    expect(two.counters).toMatchObject({ sharedHits: 50, sharedErrors: 0, sharedTimeouts: 0 });
  });

  test('invalidations by key, tag and cache reach them', async () => {
    const calls: string[] = [];
    const [one, two] = [await environment(calls), await environment(calls)];
    for (const invalidate of [() => one.invalidate('x'), () => one.invalidateTags('about x'), () => one.invalidateAll()]) {
      await one.get('x');
      await one.settle();
      await two.get('x');
      const before = calls.length;
      await invalidate();
      two.now += 2_000;
      one.now += 2_000;
      await two.get('x');
      await two.settle();
      expect(calls).toHaveLength(before + 1);
    }
    expect(await one.prime('x', { key: 'x', version: 99 })).toEqual({ stored: true, scope: 'fleet' });
    two.now += 2_000;
    expect(await two.get('x')).toEqual({ key: 'x', version: 99 });
  });
}
