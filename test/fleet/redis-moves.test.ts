import { PATIENT } from './backend.js';
import { Environment, INDEX_KEY, KEY_PREFIX, NAMESPACE } from './fleet.js';
import { REDIS_COMMANDS } from '../../src/contract/shared-settings.js';
import { missingRedis, type RedisCluster, startRedisCluster } from '../equipment/redis-servers';

const describeRedis = missingRedis() === undefined ? describe : describe.skip;

/** On every node of a cluster, and in many slots of each. */
const KEYS = Array.from({ length: 50 }, (_, index) => `key${index}`);

/** What the construct gives its user, and no more. */
const ACL = `user default on nopass ~${NAMESPACE}:* -@all ${REDIS_COMMANDS.map((command) => `+${command}`).join(' ')}`;

describeRedis('when slots of a cluster move, a client that knows only their old places finds them in the first lookup', () => {
  let cluster: RedisCluster;
  let environment: Environment;
  const loads: string[] = [];

  beforeAll(async () => {
    cluster = await startRedisCluster({ acl: [ACL] });
    environment = new Environment(
      { settings: { kind: 'redis', host: cluster.host, port: cluster.port, cluster: true, tls: { ca: cluster.ca }, ...PATIENT } },
      (key) => {
        loads.push(key);
        return Promise.resolve({ key, version: 1 });
      },
      { ttl: { hours: 1 }, memoryTtl: { milliseconds: 1 } },
    );
    // What comes before the index of invalidations is begun is not stored.
    await environment.get('nothing');
    await environment.settle();
    await readAll();
    const [first] = keys(1);
    expect(await (await cluster.primaryOf(first)).call('EXISTS', first)).toBe('1');
    loads.length = 0;
  }, 60_000);

  afterAll(() => cluster?.stop());

  /** The counts of the lookups that were not hits in memory. */
  async function readAll() {
    const { sharedHits, sharedErrors } = environment.counters;
    environment.now += 1;
    await Promise.all(KEYS.map((key) => environment.get(key)));
    await environment.settle();
    return { hits: environment.counters.sharedHits - sharedHits, errors: environment.counters.sharedErrors - sharedErrors };
  }

  const keys = (count: number) => KEYS.slice(0, count).map((key) => KEY_PREFIX + key);

  test('on a node that replaced another', async () => {
    await cluster.failOver(INDEX_KEY);
    expect(await readAll()).toEqual({ hits: KEYS.length, errors: 0 });
  });

  test('on a node that had other slots before', async () => {
    await cluster.reshard([INDEX_KEY, ...keys(20)]);
    expect(await readAll()).toEqual({ hits: KEYS.length, errors: 0 });
  });

  test('during their migration', async () => {
    const finish = await cluster.beginResharding(keys(10));
    expect(await readAll()).toEqual({ hits: KEYS.length, errors: 0 });
    await finish();
    expect(await readAll()).toEqual({ hits: KEYS.length, errors: 0 });
  });

  test('a user without permission to ask for a migrating key gets it from the origin, and nothing breaks', async () => {
    await Promise.all(cluster.nodes.map((node) => node.call('ACL', 'SETUSER', 'default', '-asking')));
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const finish = await cluster.beginResharding(keys(1));
    try {
      await readAll();
      expect(loads).toContain(KEYS[0]);
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
      await finish();
    }
  });
});
