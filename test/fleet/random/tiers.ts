import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { SharedSettings } from '../../../src/contract/shared-settings';
import { missingFakeClock } from '../../../tools/lambda-emulator/fake-clock';
import { TierClock } from '../../api/harnesses/server-clock';
import { missingDynamoDbLocal } from '../../equipment/dynamodb-local';
import { missingMemcached, startMemcached } from '../../equipment/memcached-servers';
import { missingRedis, startRedis } from '../../equipment/redis-servers';
import { PATIENT } from '../backend';
import { SETTINGS, startDynamoDb } from '../dynamodb-backend';

/** What the environments share, if anything. */
export interface RunningTier {
  readonly settings?: SharedSettings;
  readonly environment?: NodeJS.ProcessEnv;
  /** Its server's clock moves along. */
  advance?(seconds: number): void;
  /** It loses one entry, or what lies in its place. */
  evict?(key: string): Promise<void>;
  /** It loses everything. */
  lose?(): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetTier {
  readonly name: string;
  readonly missing?: string;
  start(): Promise<RunningTier>;
}

export const TIERS: Readonly<Record<'memory' | 'redis' | 'memcached' | 'dynamodb', FleetTier>> = {
  memory: { name: 'memory alone', start: () => Promise.resolve({ stop: () => Promise.resolve() }) },
  redis: {
    name: 'Redis',
    missing: missingRedis() ?? missingFakeClock(),
    start: async () => {
      const clock = new TierClock('stands-still');
      const server = await startRedis({ variables: clock.variables });
      return {
        settings: { kind: 'redis', host: '127.0.0.1', port: server.port, ...PATIENT },
        advance: (seconds) => clock.advance(seconds * 1_000),
        evict: async (key) => void await server.call('DEL', key),
        lose: async () => void await server.call('FLUSHALL'),
        stop: () => server.stop(),
      };
    },
  },
  memcached: {
    name: 'Memcached',
    missing: missingMemcached(),
    start: async () => {
      // Its clock need not move: what it keeps for too long, no environment returns.
      const server = await startMemcached({ logsCommands: false });
      return {
        settings: { kind: 'memcached', host: '127.0.0.1', port: server.port, ...PATIENT },
        evict: async (key) => void await server.call(`delete ${key}`),
        lose: async () => void await server.call('flush_all'),
        stop: () => server.stop(),
      };
    },
  },
  dynamodb: {
    name: 'DynamoDB',
    missing: missingDynamoDbLocal() ?? missingFakeClock(),
    start: async () => {
      const clock = new TierClock('stands-still');
      const backend = await startDynamoDb(SETTINGS, { variables: clock.variables });
      return {
        settings: backend.settings,
        environment: backend.environment,
        advance: (seconds) => clock.advance(seconds * 1_000),
        evict: async (key) => {
          await backend.client.send(new DeleteItemCommand({ TableName: SETTINGS.table, Key: { [SETTINGS.partitionKey]: { S: key } } }));
        },
        stop: () => backend.stop(),
      };
    },
  },
};
