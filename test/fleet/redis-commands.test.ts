import { PATIENT } from './backend.js';
import { Environment, INDEX_KEY, tag } from './fleet.js';
import { REDIS_COMMANDS, type RedisSettings } from '../../src/contract/shared-settings.js';
import { missingRedis, type RedisServer, startRedis, startRedisCluster } from '../equipment/redis-servers';

const testRedis = missingRedis() === undefined ? test : test.skip;

/** Everything that asks a server for something else. */
async function doAll(settings: Partial<RedisSettings> & Pick<RedisSettings, 'host' | 'port'>): Promise<void> {
  const environment = new Environment({ settings: { kind: 'redis', ...settings, ...PATIENT } }, (key) => {
    tag('all');
    return Promise.resolve({ key, version: 1 });
  }, { ttl: { seconds: 10 }, memoryTtl: { milliseconds: 1 } });
  for (let i = 0; i < 3; i++) {
    await Promise.all(['a', 'b'].map((key) => environment.get(key)));
    await environment.settle();
    // An entry that has expired is replaced if it is still the same.
    environment.now += 20_000;
  }
  await environment.invalidate('a');
  await environment.invalidateTags('all');
  await environment.invalidateAll();
}

/** What the test itself calls, and servers call among themselves. */
const OTHERS = ['config|resetstat', 'select', 'multi', 'exec', 'replconf'];

/** The commands that others have called, scripts among them. */
async function commandsDuring(nodes: readonly RedisServer[], work: () => Promise<void>): Promise<string[]> {
  await Promise.all(nodes.map((node) => node.call('CONFIG', 'RESETSTAT')));
  await work();
  const stats = await Promise.all(nodes.map((node) => node.call('INFO', 'commandstats')));
  return stats.join('\n').split('\n').flatMap((line) => /^cmdstat_([^:]+)/.exec(line)?.[1] ?? []);
}

testRedis('the runtime calls all commands that a user is allowed, and no others', async () => {
  const [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  try {
    await server.call('EVAL', "for i = 1, 10001 do redis.call('HSET', KEYS[1], i, '1') end", 1, INDEX_KEY);
    const alone = await commandsDuring([server], () => doAll(server));
    const finish = await cluster.beginResharding([INDEX_KEY]);
    const { nodes, host, port, ca } = cluster;
    const clustered = await commandsDuring(nodes, () => doAll({ host, port, cluster: true, tls: { ca } }));
    await finish();
    const called = [...new Set([...alone, ...clustered])].filter((command) => !OTHERS.includes(command));
    expect(called.sort()).toEqual([...REDIS_COMMANDS].sort());
  } finally {
    await Promise.all([server.stop(), cluster.stop()]);
  }
}, 60_000);
