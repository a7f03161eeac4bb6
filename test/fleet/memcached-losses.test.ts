import { describeIfThere, PATIENT, type Topology } from './backend.js';
import { Environment, INDEX_KEY, tag } from './fleet.js';
import { MEMCACHED } from './memcached-backend.js';
import { type MemcachedCluster, type MemcachedServer, startMemcached, startMemcachedCluster } from '../equipment/memcached-servers';

const MEMORY_TTL = 2_000;

let origin: Map<string, number>;
let originCalls: string[];

beforeEach(() => {
  origin = new Map();
  originCalls = [];
});

async function environment(topology: Topology): Promise<Environment> {
  const created = new Environment(topology, (key) => {
    tag(`about ${key}`);
    originCalls.push(key);
    return Promise.resolve({ key, version: origin.get(key) ?? 1 });
  }, { ttl: { seconds: 3_600 }, memoryTtl: { milliseconds: MEMORY_TTL } });
  await created.open();
  return created;
}

async function load(by: Environment, ...keys: string[]): Promise<number[]> {
  const versions = await Promise.all(keys.map((key) => by.get(key)));
  await by.settle();
  return versions.map(({ version }) => version);
}

/** The shared tier is asked, whatever is in memory. */
async function loadLater(by: Environment, ...keys: string[]): Promise<number[]> {
  by.now += MEMORY_TTL;
  return load(by, ...keys);
}

describeIfThere(MEMCACHED)('what Memcached loses', () => {
  let server: MemcachedServer;
  let topology: Topology;

  beforeAll(async () => {
    server = await startMemcached();
    topology = { settings: { kind: 'memcached', host: server.host, port: server.port, ...PATIENT }, stop: () => server.stop() };
  });
  afterAll(() => server?.stop());
  beforeEach(() => server.call('flush_all'));

  test('restores nothing that was invalidated: its invalidation index', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, 'a', 'b');
    origin.set('a', 2);
    await two.invalidateTags('about a');
    expect(await server.call(`delete ${INDEX_KEY}`)).toBe('DELETED');
    const three = await environment(topology);
    expect(await load(three, 'a', 'b')).toEqual([2, 1]);
    // And all go on with the new one.
    expect(await loadLater(one, 'a', 'b')).toEqual([2, 1]);
    expect(originCalls).toEqual(['a', 'b', 'a', 'b']);
  });

  test('restores nothing that was invalidated: a key\'s tombstone', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, 'a');
    await load(two, 'a');
    origin.set('a', 2);
    await one.invalidate('a');
    expect(await server.call('delete shop:2:product::a')).toBe('DELETED');
    expect(await loadLater(two, 'a')).toEqual([2]);
  });

  test('is not stored after its loss: a load that began before', async () => {
    const slow = Promise.withResolvers<void>();
    const one = new Environment(topology, async (key) => {
      const version = origin.get(key) ?? 1;
      await slow.promise;
      return { key, version };
    }, { ttl: { seconds: 3_600 } });
    await one.open();
    const loading = one.get('a');
    await one.store.idle();
    const two = await environment(topology);
    origin.set('a', 2);
    await two.invalidateTags('about a');
    await server.call('flush_all');
    const three = await environment(topology);
    slow.resolve();
    expect(await loading).toEqual({ key: 'a', version: 1 });
    await one.settle();
    expect(await load(three, 'a')).toEqual([2]);
  });

  test('when many environments invalidate at the same time, each learns of all of it', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => environment(topology)));
    const keys = many.map((_, index) => `k${index}`);
    await load(many[0], ...keys);
    keys.forEach((key) => origin.set(key, 2));
    expect(await Promise.all(many.map((each, index) => each.store.invalidateTags([`about k${index}`])))).toEqual(many.map(() => true));
    expect(await load(await environment(topology), ...keys)).toEqual(keys.map(() => 2));
  });

  test('an index that would grow too long invalidates more than requested, and never less', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, 'a', 'b');
    origin.set('a', 2);
    await two.invalidateTags('about a');
    await two.invalidateTags(...Array.from({ length: 300 }, (_, index) => `another tag ${index}`));
    const length = Number(/^VALUE \S+ 0 (\d+)/.exec(await server.call(`get ${INDEX_KEY}`))?.[1]);
    expect(length).toBeLessThan(5_000);
    expect(await load(await environment(topology), 'a', 'b')).toEqual([2, 1]);
    expect(originCalls).toEqual(['a', 'b', 'a', 'b']);
  });

  test('a key that Memcached does not allow is stored like any other', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    const keys = ['with spaces\r\nand lines', 'ä', 'x'.repeat(500), 'x'.repeat(501)];
    await load(one, ...keys);
    await load(two, ...keys);
    expect(two.counters).toMatchObject({ sharedHits: 4, sharedErrors: 0 });
    expect(originCalls).toHaveLength(4);
  });

  test('thousands of keys do not fit into one command', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    const keys = Array.from({ length: 2_000 }, (_, index) => `a key that is rather long ${index}`.replaceAll(' ', '-'));
    await load(one, ...keys);
    await load(two, ...keys);
    expect(two.counters).toMatchObject({ sharedHits: 2_000, sharedErrors: 0, sharedTimeouts: 0 });
  });

  test('a value that is too large for Memcached is no error: it is not shared, which is logged', async () => {
    const long = process.getBuiltinModule('node:crypto').randomBytes(1024 * 1024).toString('base64');
    const one = new Environment(topology, (key) => Promise.resolve({ key, version: 1, long }), { ttl: { seconds: 10 }, maxBytes: 10_000_000 });
    await one.open();
    await load(one, 'long');
    expect(one.counters).toMatchObject({ uncacheable: 1, sharedErrors: 0 });
    expect(one.warnings).toEqual([expect.stringMatching(/A value of cache 'product' is not shared: its \d+ bytes are more than 1047552/)]);
  });
});

describeIfThere(MEMCACHED)('nodes that are added and removed', () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  let cluster: MemcachedCluster;
  let topology: Topology;

  beforeEach(async () => {
    cluster = await startMemcachedCluster({ nodes: 2, tls: false });
    topology = { settings: { kind: 'memcached', host: cluster.host, port: cluster.port, discovery: true, ...PATIENT }, stop: () => cluster.stop() };
  });
  afterEach(() => cluster.stop());

  test('a replaced node has lost its part, and restores nothing', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, ...keys);
    await load(two, ...keys);
    keys.forEach((key) => origin.set(key, 2));
    await Promise.all(keys.map((key) => one.invalidate(key)));
    await cluster.replace(cluster.nodes[1]);
    expect(await loadLater(two, ...keys)).toEqual(keys.map(() => 2));
  });

  test('a removed node takes its part with it, and nothing else', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, ...keys);
    await cluster.nodes[1].server.end('SIGKILL');
    expect(await load(two, ...keys)).toEqual(keys.map(() => 1));
    expect(two.counters.sharedHits).toBeGreaterThan(0);
    expect(two.counters.sharedHits).toBeLessThan(keys.length);
    expect(two.counters.sharedErrors).toBeGreaterThan(0);
    // An invalidation of all must reach all.
    expect(await two.store.invalidateCache('product')).toBe(false);
  });

  test('after a change of nodes, every environment learns of it by its next call', async () => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await load(one, ...keys);
    await cluster.grow(1);
    await loadLater(one, ...keys);
    await loadLater(one, ...keys);
    expect(await loadLater(one, ...keys)).toEqual(keys.map(() => 1));
    await loadLater(two, ...keys);
    await loadLater(two, ...keys);
    const before = originCalls.length;
    const three = await environment(topology);
    three.now = one.now;
    await load(three, ...keys);
    expect(originCalls).toHaveLength(before);
    for (const { server } of cluster.nodes) {
      expect(server.retrievals).toBeGreaterThan(0);
    }
  });

  test('what was left behind on a node is not found when its keys return', async () => {
    const two = cluster.nodes;
    const [one, other] = [await environment(topology), await environment(topology)];
    await load(one, ...keys);
    await cluster.grow(1);
    // It learns of the third, and of the indexes that begin with it.
    await loadLater(other, ...keys);
    await loadLater(other, ...keys);
    keys.forEach((key) => origin.set(key, 2));
    await Promise.all(keys.map((key) => other.invalidate(key)));
    await cluster.become(two);
    expect(await load(await environment(topology), ...keys)).toEqual(keys.map(() => 2));
    expect(await loadLater(one, ...keys)).toEqual(keys.map(() => 2));
  });

  test.each<[string, (by: Environment) => Promise<boolean>]>([
    ['a key', async (by) => (await Promise.all(keys.map((key) => by.store.invalidate(`shop:2:product::${key}`)))).every(Boolean)],
    ['tags', (by) => by.store.invalidateTags(keys.map((key) => `about ${key}`))],
    ['a cache', (by) => by.store.invalidateCache('product')],
  ])('an environment that invalidates %s without knowing the new nodes still reaches them', async (_, invalidate) => {
    const [one, two] = [await environment(topology), await environment(topology)];
    await cluster.grow(1);
    await loadLater(one, ...keys);
    await loadLater(one, ...keys);
    await loadLater(one, ...keys);
    keys.forEach((key) => origin.set(key, 2));
    expect(await invalidate(two)).toBe(true);
    expect(await loadLater(one, ...keys)).toEqual(keys.map(() => 2));
  });
});
