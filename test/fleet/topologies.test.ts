import { Environment, NAMESPACE, tag } from './fleet.js';
import { SecretsManager } from './secrets-manager.js';
import { REDIS_COMMANDS, type SharedSettings } from '../../src/runtime-settings.js';
import { missingRedis, missingValkey, startRedis, startRedisCluster, startValkey } from '../redis-servers';

/** What the construct gives its user, and no more: the commands of the runtime, on the keys of the namespace. */
const ACL = `~${NAMESPACE}:* -@all ${REDIS_COMMANDS.map((command) => `+${command}`).join(' ')}`;
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:login-abc';

/** A test is not about time-outs, and the machine may be busy. */
const PATIENT = { kind: 'redis', timeoutMs: 20_000, connectTimeoutMs: 20_000, budgetMs: 20_000 } as const;

interface Topology {
  readonly settings: SharedSettings;
  readonly stop: () => Promise<void>;
}

const topologies: readonly [string, string | undefined, (secrets: SecretsManager) => Promise<Topology>][] = [
  ['one server', missingRedis(), async () => {
    const server = await startRedis();
    return { settings: { ...PATIENT, host: server.host, port: server.port }, stop: () => server.stop() };
  }],
  ['one server with TLS, and a user who may do what the runtime does', missingRedis(), async (secrets) => {
    const server = await startRedis({ tls: true, acl: ['user default off', `user app on >pass ${ACL}`] });
    secrets.put(SECRET, JSON.stringify({ username: 'app', password: 'pass' }));
    return {
      settings: { ...PATIENT, host: server.host, port: server.port, tls: { ca: server.ca }, auth: { type: 'secret', arn: SECRET } },
      stop: () => server.stop(),
    };
  }],
  ['one server with a password alone', missingRedis(), async (secrets) => {
    const server = await startRedis({ acl: ['user default on >p@ss ~* +@all'] });
    secrets.put(SECRET, 'p@ss');
    return { settings: { ...PATIENT, host: server.host, port: server.port, auth: { type: 'secret', arn: SECRET } }, stop: () => server.stop() };
  }],
  ['a cluster with TLS, and a user who may do what the runtime does', missingRedis(), async (secrets) => {
    const cluster = await startRedisCluster({ acl: ['user default off', `user app on >pass ${ACL}`] });
    secrets.put(SECRET, JSON.stringify({ username: 'app', password: 'pass' }));
    return {
      settings: { ...PATIENT, host: cluster.host, port: cluster.port, cluster: true, tls: { ca: cluster.ca }, auth: { type: 'secret', arn: SECRET } },
      stop: () => cluster.stop(),
    };
  }],
  ['Valkey', missingValkey(), async () => {
    const server = await startValkey();
    return { settings: { ...PATIENT, host: server.host, port: server.port }, stop: () => server.stop() };
  }],
];

for (const [name, missing, start] of topologies) {
  (missing === undefined ? describe : describe.skip)(`with ${name}`, () => {
    let secrets: SecretsManager;
    let topology: Topology;

    beforeAll(async () => {
      secrets = await SecretsManager.start();
      topology = await start(secrets);
    });
    afterAll(async () => {
      await topology?.stop();
      secrets.stop();
    });

    async function environment(originCalls: string[]): Promise<Environment> {
      const created = new Environment(topology.settings, (key) => {
        tag(`about ${key}`);
        originCalls.push(key);
        return Promise.resolve({ key, version: originCalls.length });
      }, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 } }, secrets.environment);
      await created.it.cache.look(['nothing']);
      await created.settle();
      expect(created.it.warnings).toEqual([]);
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
      for (const invalidate of [() => one.it.cache.invalidate(['x']), () => one.invalidateTags('about x'), () => one.it.cache.invalidateAll()]) {
        await one.get('x');
        await one.settle();
        await two.get('x');
        const before = calls.length;
        await invalidate();
        two.it.now += 2_000;
        one.it.now += 2_000;
        await two.get('x');
        await two.settle();
        expect(calls).toHaveLength(before + 1);
      }
      expect(await one.it.cache.prime(['x'], { key: 'x', version: 99 })).toEqual({ stored: true, scope: 'fleet' });
      two.it.now += 2_000;
      expect(await two.get('x')).toEqual({ key: 'x', version: 99 });
    });
  });
}
