import { PATIENT } from './backend.js';
import { Environment } from './fleet.js';
import { missingRedis, type RedisCluster, startRedisCluster } from '../equipment/redis-servers';

const describeRedis = missingRedis() === undefined ? describe : describe.skip;

describeRedis('the nodes of a cluster', () => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);

  afterAll(() => cluster?.stop());

  function environment(): Environment {
    return new Environment(
      { settings: { kind: 'redis', host: cluster.host, port: cluster.port, cluster: true, tls: { ca: cluster.ca }, ...PATIENT } },
      (key) => Promise.resolve({ key, version: 1 }),
      { ttl: { hours: 1 } },
    );
  }

  test('share the entries evenly, even if arguments have braces', async () => {
    const one = environment();
    // What comes before the index of invalidations is begun is not stored.
    await one.get('nothing');
    await one.settle();
    const keys = ['{tenant}', '{}{tenant}', '{', '{}', ...Array.from({ length: 296 }, (_, index) => `{tenant}${index}`)];
    await Promise.all(keys.map((key) => one.get(key)));
    await one.settle();

    const sizes = await Promise.all(cluster.nodes.map(async (node) => Number(await node.call('DBSIZE'))));
    expect(Math.min(...sizes)).toBeGreaterThan(60);

    const two = environment();
    expect(await Promise.all(keys.map((key) => two.get(key)))).toEqual(keys.map((key) => ({ key, version: 1 })));
    expect(two.counters).toMatchObject({ sharedHits: keys.length, sharedErrors: 0 });
  });
});
