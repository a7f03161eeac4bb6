import { describeIfThere, type Startable, type Topology } from './backend.js';
import { DYNAMODB } from './dynamodb-backend.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { REDIS } from './redis-backend.js';
import { FaultyProxy } from '../equipment/faulty-proxy';

/** Less than all calls together take, and so much that the stalls of a busy machine are no reason. */
const LIMITS = { timeoutMs: 2_000, connectTimeoutMs: 5_000, budgetMs: 1_500 };

/** What the network takes for an answer, as between two zones. */
const DELAY_MS = 1;

/** So many that on the fastest machine, too, they take longer together than the budget is. */
const READS = 3_000;

describe.each<Startable<Topology>>([REDIS, MEMCACHED, DYNAMODB])('a healthy shared cache: $name', (backend) => {
  describeIfThere(backend)('in one invocation', () => {
    let topology: Topology;
    let network: FaultyProxy | undefined;

    beforeAll(async () => {
      topology = await backend.start();
      if ('host' in topology.settings) {
        const { host, port } = topology.settings;
        network = await FaultyProxy.start({ host, port: Number(port) });
        await network.set('slow', { delayMs: DELAY_MS });
      }
    }, 60_000);
    afterAll(async () => {
      await network?.stop();
      await topology?.stop();
    });

    test('answers any number of consecutive reads in one invocation', async () => {
      const settings = { ...topology.settings, ...LIMITS, ...(network !== undefined && { port: network.port }) };
      const one = new Environment({ ...topology, settings }, (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 3_600 } });
      await one.open();
      const keys = Array.from({ length: READS }, (_, n) => `key-${n}`);
      for (let from = 0; from < READS; from += 100) {
        await Promise.all(keys.slice(from, from + 100).map((key) => one.get(key)));
        await one.settle();
      }
      const two = new Environment(
        { ...topology, settings, invocation: {} }, () => Promise.reject(new Error('the origin was asked')), { ttl: { seconds: 3_600 } },
      );
      await two.store.idle();
      const startedAt = performance.now();
      for (const key of keys) {
        await two.get(key);
      }
      expect(two.counters).toMatchObject({ sharedHits: READS, sharedSkips: 0, originCalls: 0 });
      expect(performance.now() - startedAt).toBeGreaterThan(LIMITS.budgetMs);
    }, 120_000);
  });
});
