import { describeIfThere } from './backend.js';
import { Environment } from './fleet.js';
import { type ProxiedCluster, proxiedCluster } from './redis-cluster-backend.js';

let sets = 0;
let loseReplies = false;

/** A reply is lost with its connection. */
const CLUSTER = proxiedCluster((bytes, proxy) => {
  if (/\$3\r\nset\r\n/i.test(bytes.toString('latin1'))) {
    sets++;
    void (loseReplies && proxy.set('truncated', { only: 'existing' }));
  }
});

describeIfThere(CLUSTER)('an unconditional write in a Redis cluster', () => {
  let topology: ProxiedCluster;
  let one: Environment;

  beforeAll(async () => {
    topology = await CLUSTER.start();
  }, 60_000);
  afterAll(() => topology.stop());

  beforeEach(async () => {
    loseReplies = false;
    one = new Environment(topology, (key) => Promise.resolve({ key, version: 1 }), { ttl: { seconds: 3_600 } });
    await one.open();
    expect((await one.prime('a', { key: 'a', version: 1 })).scope).toBe('fleet');
    sets = 0;
  }, 60_000);

  test('is not sent again when its connection ends before the reply, although the client repeats commands itself', async () => {
    loseReplies = true;
    expect((await one.prime('a', { key: 'a', version: 2 })).scope).toBe('environment');
    expect(sets).toBe(1);
  });

  test('is sent again if it is a tombstone', async () => {
    loseReplies = true;
    const invalidated = one.invalidate('a');
    await topology.proxies[0].until(() => sets > 0);
    loseReplies = false;
    expect((await invalidated).scope).toBe('fleet');
    expect(sets).toBeGreaterThan(1);
  });

  test('reaches the fleet after idle connections were closed', async () => {
    await Promise.all(topology.proxies.map((proxy) => proxy.set('closed', { only: 'existing' })));
    await Promise.all(topology.proxies.map((proxy) => proxy.set('pass')));
    await new Promise(setImmediate);
    expect((await one.prime('a', { key: 'a', version: 2 })).scope).toBe('fleet');
    expect((await one.invalidate('a')).scope).toBe('fleet');
  });
});
