import type { StartedTier, TierKind } from './layer-with-tier';
import { emptyThings, newThings } from './things-table';
import { missingMemcached } from '../../equipment/memcached-servers';
import { missingRedis, missingValkey, type RedisServer, startRedis, startRedisCluster, startValkey } from '../../equipment/redis-servers';
import { type Backend, PATIENT } from '../../fleet/backend';
import { DYNAMODB as TABLE, SETTINGS, startDynamoDb } from '../../fleet/dynamodb-backend';
import { startMemcachedBackend } from '../../fleet/memcached-backend';
import { redisBackend } from '../../fleet/redis-backend';

/** Bytes that are no entry. */
const DAMAGED = 'nothing that anybody can read';

/** The longest jump of the clock after which a cluster's nodes still consider each other reachable. */
const A_YEAR_MS = 365 * 86_400_000;

export const REDIS: TierKind = {
  name: 'Redis',
  has: ['redis'],
  missing: missingRedis(),
  clock: 'stands-still',
  start: async (variables) => oneServer(await startRedis({ variables })),
};

export const VALKEY: TierKind = {
  name: 'Valkey',
  has: ['redis'],
  missing: missingValkey(),
  clock: 'stands-still',
  start: async (variables) => oneServer(await startValkey({ variables })),
};

export const TLS_CLUSTER: TierKind = {
  name: 'a Redis cluster with TLS',
  has: [],
  missing: missingRedis(),
  clock: 'stands-still',
  start: async (variables) => {
    const cluster = await startRedisCluster({ variables, config: [`cluster-node-timeout ${A_YEAR_MS}`] });
    const primaries = cluster.nodes.slice(0, cluster.nodes.length / 2);
    return {
      settings: { kind: 'redis', host: cluster.host, port: cluster.port, cluster: true, tls: { ca: cluster.ca }, ...PATIENT },
      clear: async () => {
        await Promise.all(primaries.map((node) => node.call('FLUSHALL')));
      },
      evict: async (key) => redisBackend(await cluster.primaryOf(key)).evict(key),
      damage: async (key) => damage(redisBackend(await cluster.primaryOf(key)), key),
      stop: () => cluster.stop(),
    };
  },
};

export const MEMCACHED: TierKind = {
  name: 'Memcached',
  has: ['memcached'],
  missing: missingMemcached(),
  clock: 'moves-along',
  start: async (variables) => tested(await startMemcachedBackend({ variables, logsCommands: false })),
};

export const DYNAMODB: TierKind = {
  name: 'DynamoDB',
  has: ['table'],
  missing: TABLE.missing,
  clock: 'stands-still',
  start: async (variables) => {
    const backend = await startDynamoDb(SETTINGS, { variables });
    await newThings(backend.client);
    return {
      ...tested(backend),
      clear: async () => {
        await backend.clear();
        await emptyThings(backend.client);
      },
    };
  },
};

function oneServer(server: RedisServer): StartedTier {
  const backend = redisBackend(server);
  return {
    ...tested(backend),
    clear: async () => {
      await server.call('CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction', 'replica-serve-stale-data', 'yes');
      await server.becomePrimary();
      await server.call('ACL', 'SETUSER', 'default', '+@all');
      await backend.clear();
    },
    command: (...command) => server.call(...command),
  };
}

export function tested(backend: Backend): StartedTier {
  return { ...backend, damage: (key) => damage(backend, key) };
}

async function damage(backend: Backend, key: string): Promise<void> {
  await backend.evict(key);
  await backend.overwrite(key, DAMAGED);
}
