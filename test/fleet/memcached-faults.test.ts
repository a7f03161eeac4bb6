import { describeIfThere, PATIENT, type Topology } from './backend.js';
import { Environment } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { type MemcachedServer, startMemcached } from '../equipment/memcached-servers';

/** A black hole is waited for once; the rest of the time is the busy machine's. */
const SHORT = { timeoutMs: 300, connectTimeoutMs: 2_000, budgetMs: 2_000 };

describeIfThere(MEMCACHED)('a connection to Memcached', () => {
  let server: MemcachedServer;
  let proxy: FaultyProxy;

  beforeAll(async () => {
    server = await startMemcached();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await server.call('flush_all');
    proxy = await FaultyProxy.start(server);
  });
  afterEach(() => proxy.stop());

  function topology(waits: object = PATIENT): Topology {
    return { settings: { kind: 'memcached', host: proxy.host, port: proxy.port, ...PATIENT, ...waits }, stop: () => Promise.resolve() };
  }

  async function environment(waits?: object): Promise<Environment> {
    const created = new Environment(topology(waits), (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 3_600 } });
    await created.open();
    return created;
  }

  async function get(by: Environment, key: string): Promise<void> {
    expect(await by.get(key)).toEqual({ key, version: 1 });
    await by.settle();
  }

  test.each(['closed', 'reset', 'truncated', 'garbage'] as const)('that is %s is opened again, for the same request', async (mode) => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await proxy.set(mode, { only: 'existing' });
    await get(two, 'a');
    expect(two.counters).toMatchObject({ sharedHits: 1, originCalls: 0, sharedErrors: 0, sharedTimeouts: 0 });
    expect(two.warnings).toEqual([]);
  });

  test.each(['blackHole', 'halfOpen'] as const)('that goes nowhere (%s) is waited for once', async (mode) => {
    const [one, two] = [await environment(), await environment(SHORT)];
    await get(one, 'a');
    await get(one, 'b');
    await proxy.set(mode, { only: 'existing' });
    await get(two, 'a');
    expect(two.counters).toMatchObject({ sharedHits: 0, originCalls: 1, sharedTimeouts: 1, sharedErrors: 0 });
    await get(two, 'b');
    expect(two.counters).toMatchObject({ sharedHits: 1, originCalls: 1 });
  });

  test('that returns only garbage returns no value', async () => {
    const [one, two] = [await environment(), await environment()];
    await get(one, 'a');
    await proxy.set('garbage');
    await get(two, 'a');
    expect(two.counters).toMatchObject({ sharedHits: 0, originCalls: 1, sharedErrors: 1 });
    expect(two.warnings).toEqual([expect.stringMatching(/The shared cache failed: it replied '/)]);
  });

  test('is tried once if nothing listens', async () => {
    const two = await environment();
    await proxy.set('refuse');
    const before = two.counters.sharedErrors;
    await get(two, 'a');
    expect(two.counters.sharedErrors).toBeGreaterThan(before);
    expect(two.counters.originCalls).toBe(1);
  });
});
