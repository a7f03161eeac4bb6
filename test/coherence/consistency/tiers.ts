import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { SharedSettings } from '../../../src/contract/shared-settings';
import { createTable, missingDynamoDbLocal, startDynamoDbLocal } from '../../equipment/dynamodb-local';
import type { FaultyProxy } from '../../equipment/faulty-proxy';
import { missingMemcached, startMemcached, startMemcachedCluster } from '../../equipment/memcached-servers';
import { missingRedis, startRedis } from '../../equipment/redis-servers';
import { SETTINGS } from '../../fleet/dynamodb-backend';

/** What the keys of the fleet begin with. */
export const NAMESPACE = 'fleet';
const INDEX_KEY = `${NAMESPACE}:2:@`;
const LOG_KEY = `${INDEX_KEY}log`;

/** Longer than the defaults: a machine that runs all environments at once is slow, and memory that is never used shows nothing. */
const WAITS = { timeoutMs: 250, connectTimeoutMs: 500, budgetMs: 1_000 };

/** The tier under test, and what can become of it. */
export interface RunningTier {
  readonly host: string;
  readonly port: number;
  /** What reaches it through a proxy. */
  settings(proxy: FaultyProxy): SharedSettings;
  environment?(proxy: FaultyProxy): NodeJS.ProcessEnv;
  /** Each loses something, or all that there is. */
  readonly losses: readonly (() => Promise<unknown>)[];
  stop(): Promise<void>;
}

export interface Tier {
  readonly missing: string | undefined;
  start(): Promise<RunningTier>;
}

/** An entry, but no tombstone: docs/behaviour.md describes the effect of an evicted tombstone. */
const EVICT_AN_ENTRY = `
local key = redis.call('RANDOMKEY')
if key and redis.call('TYPE', key).ok == 'string' and redis.call('STRLEN', key) ~= 21 then redis.call('DEL', key) end`;

export const TIERS: Readonly<Record<'redis' | 'memcached' | 'memcached-cluster' | 'dynamodb', Tier>> = {
  'redis': {
    missing: missingRedis(),
    start: async () => {
      const server = await startRedis();
      const { port } = server;
      return {
        host: '127.0.0.1',
        port,
        settings: (proxy) => ({ kind: 'redis', host: '127.0.0.1', port: proxy.port, ...WAITS }),
        losses: [
          () => server.restart(),
          () => server.call('FLUSHALL'),
          () => server.call('DEL', INDEX_KEY),
          () => server.call('HDEL', INDEX_KEY, '*'),
          ...Array.from({ length: 8 }, () => () => server.call('EVAL', EVICT_AN_ENTRY, '0')),
        ],
        stop: () => server.stop(),
      };
    },
  },
  'memcached': {
    missing: missingMemcached(),
    start: async () => {
      const server = await startMemcached({ logsCommands: false });
      const { port } = server;
      return {
        host: '127.0.0.1',
        port,
        settings: (proxy) => ({ kind: 'memcached', host: '127.0.0.1', port: proxy.port, ...WAITS }),
        losses: [
          () => server.restart(),
          () => server.call('flush_all'),
          () => server.call(`delete ${INDEX_KEY}`),
          () => server.call(`delete ${LOG_KEY}`),
        ],
        stop: () => server.stop(),
      };
    },
  },
  // Its nodes are reached without proxies: each has its own share of the faults, and a part of the entries, of the index and of the log.
  'memcached-cluster': {
    missing: missingMemcached(),
    start: async () => {
      const cluster = await startMemcachedCluster({ tls: false });
      const { host, port, nodes } = cluster;
      return {
        host: '127.0.0.1',
        port,
        settings: () => ({ kind: 'memcached', host, port, discovery: true, ...WAITS }),
        losses: nodes.flatMap((node) => [
          () => cluster.replace(node),
          () => node.server.call(`delete ${INDEX_KEY}`),
          () => node.server.call(`delete ${LOG_KEY}`),
        ]),
        stop: () => cluster.stop(),
      };
    },
  },
  'dynamodb': {
    missing: missingDynamoDbLocal(),
    start: async () => {
      const server = await startDynamoDbLocal();
      const client = server.client();
      const { table: TableName, partitionKey } = SETTINGS;
      await createTable(client, SETTINGS);
      const lose = (key: string) => () => client.send(new DeleteItemCommand({ TableName, Key: { [partitionKey]: { S: key } } }));
      return {
        host: '127.0.0.1',
        port: server.port,
        settings: () => ({ ...SETTINGS, timeoutMs: 1_000, connectTimeoutMs: 1_500, budgetMs: 4_000 }),
        environment: (proxy) => server.environment(`http://127.0.0.1:${proxy.port}`),
        losses: [lose(INDEX_KEY), lose(LOG_KEY)],
        stop: () => server.stop(),
      };
    },
  },
};
