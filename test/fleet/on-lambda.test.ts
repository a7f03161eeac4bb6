import { missingParts } from '../../tools/lambda-emulator';
import type { EmulatorOptions, LambdaEmulator } from '../../tools/lambda-emulator';
import { RUNTIMES, sum, withEmulator } from '../equipment/emulate';
import { missingRedis } from '../equipment/redis-servers';
import { connected, functionOf, type NodeVersion, on } from '../faults/function';
import { REDIS_CLUSTER } from '../faults/redis-cluster-topology';
import { REDIS_TOPOLOGIES, type SingleServer } from '../faults/redis-topologies';
import type { RunningTopology, Topology } from '../faults/topology';

const describeOnLambda = missingParts().length === 0 && missingRedis() === undefined ? describe : describe.skip;
const NODES = RUNTIMES.map(({ name }) => Number(/\d+/.exec(name)![0]) as NodeVersion);

/** A synthesized CachedFunction and the tier that it shares, both real. */
async function withFunction(
  topology: Topology, node: NodeVersion, body: (lambda: LambdaEmulator, tier: RunningTopology) => Promise<void>, options: EmulatorOptions = {},
): Promise<void> {
  const tier = await topology.start();
  try {
    // A test is not about timeouts, and the machine may be busy.
    const shared = { ...tier.settings.shared!, timeoutMs: 1_000, connectTimeoutMs: 4_000, budgetMs: 6_000 };
    const definition = connected(functionOf(topology), { settings: { shared }, variables: tier.variables });
    await withEmulator(on(node, definition), (lambda) => body(lambda, tier), options);
  } finally {
    await tier.stop();
  }
}

describeOnLambda.each(NODES)('a CachedFunction with a shared cache on Node.js %s', (node) => {
  test.each([...REDIS_TOPOLOGIES.slice(0, 2), REDIS_CLUSTER].map((topology) => [topology.name, topology] as const))(
    '%s: what one environment has loaded is a hit in the next', async (_, topology) => {
      await withFunction(topology, node, async (lambda) => {
        // Begins the index of invalidations; what is loaded before that is not stored.
        await lambda.invoke({ fill: ['another'] });
        const loaded = await lambda.invoke({ fill: ['old', 'filled-0'] });
        expect(sum(loaded, 'OriginCalls')).toBe(6);
        await lambda.recycle();
        const found = await lambda.invoke({ fill: ['old', 'filled-0'] });
        expect(found).toMatchObject({ coldStart: true, functionError: undefined });
        expect(sum(found, 'SharedHits')).toBe(6);
        expect(sum(found, 'OriginCalls')).toBe(0);
        expect([...found.stdout, ...found.stderr].filter((line) => line.includes('cdk-cached-function:'))).toEqual([]);
      });
    });

  test('connects during INIT, which does not wait for it', async () => {
    await withFunction(REDIS_TOPOLOGIES[0], node, async (lambda, tier) => {
      const { proxy } = tier as SingleServer;
      // Whatever it sends now is not answered before the test says so.
      await proxy.set('blackHole');
      const first = await lambda.invoke({ fill: [] });
      expect(first.functionError).toBeUndefined();
      expect(proxy.connections).toBeGreaterThan(0);
    });
  });

  test('has one connection in each environment, however many calls it makes at once', async () => {
    await withFunction(REDIS_TOPOLOGIES[0], node, async (lambda, tier) => {
      const { server } = tier as SingleServer;
      const ids = Array.from({ length: 50 }, (_, index) => `id-${index}`);
      await lambda.invoke({ fill: ['another'] });
      await lambda.invoke({ fill: ids });
      await lambda.invoke({ fill: ids });
      expect(await server.clients()).toBe(1);
    });
  });

  test('notices after a thaw that its connection is dead, and the next call opens another', async () => {
    await withFunction(REDIS_TOPOLOGIES[0], node, async (lambda, tier) => {
      const { proxy } = tier as SingleServer;
      await lambda.invoke({ fill: ['another'] });
      await lambda.invoke({ fill: ['old', 'filled-0'] });
      await proxy.set('blackHole', { only: 'existing' });
      const thawed = await lambda.invoke({ n: 0 });
      expect(thawed).toMatchObject({ functionError: undefined, payload: { wrongValues: 0 } });
      // Three caches asked side by side. The first whose deadline passes gives the connection up for the others, too.
      expect(sum(thawed, 'SharedTimeouts')).toBeGreaterThan(0);
      expect(sum(thawed, 'SharedTimeouts') + sum(thawed, 'SharedErrors')).toBe(3);
      expect(sum(thawed, 'BreakerOpen')).toBe(0);
      const next = await lambda.invoke({ n: 0 });
      expect(sum(next, 'SharedTimeouts') + sum(next, 'SharedErrors') + sum(next, 'SharedSkips')).toBe(0);
      expect(sum(next, 'SharedHits')).toBeGreaterThan(0);
    });
  });
});
