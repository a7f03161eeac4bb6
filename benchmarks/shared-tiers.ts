import type { DynamoDbSettings, SharedSettings } from '../src/contract/shared-settings';
import { createTable, missingDynamoDbLocal, startDynamoDbLocal } from '../test/equipment/dynamodb-local';
import { missingMemcached, startMemcached } from '../test/equipment/memcached-servers';
import { missingRedis, startRedis } from '../test/equipment/redis-servers';

/** A server of some kind, during a measurement. */
export interface RunningServer {
  readonly settings: SharedSettings;
  /** The function's environment variables besides its settings, such as a local service's credentials. */
  readonly environment?: Record<string, string>;
  /** Its process, if it is to be kept on one core. */
  readonly pid?: number;
  /** The number of its connections, if it can report it. */
  connections?(): Promise<number>;
  stop(): Promise<void>;
}

/** A kind of shared tier. */
export interface MeasuredTier {
  /** The name of its build variant of the runtime, and of its contenders in inside/shared-contenders.ts. */
  readonly kind: SharedSettings['kind'];
  /** What this machine lacks to measure it, with the remedy. */
  missing(): string | undefined;
  start(): Promise<RunningServer>;
}

/** All kinds there are; every benchmark of shared tiers measures each of them. */
export const MEASURED_TIERS: readonly MeasuredTier[] = [
  {
    kind: 'redis',
    missing: missingRedis,
    start: async () => {
      const server = await startRedis();
      return {
        settings: { kind: 'redis', host: server.host, port: server.port },
        pid: server.pid,
        connections: () => server.clients(),
        stop: () => server.stop(),
      };
    },
  },
  {
    kind: 'memcached',
    missing: missingMemcached,
    start: async () => {
      const server = await startMemcached({ logsCommands: false });
      return { settings: { kind: 'memcached', host: server.host, port: server.port }, pid: server.pid, stop: () => server.stop() };
    },
  },
  {
    kind: 'dynamodb',
    missing: missingDynamoDbLocal,
    start: async () => {
      const server = await startDynamoDbLocal();
      const settings: DynamoDbSettings = { kind: 'dynamodb', table: 'cache', partitionKey: 'key', timeToLive: 'expires' };
      await createTable(server.client(), settings);
      return { settings, environment: server.environment(), stop: () => server.stop() };
    },
  },
];

/** Runs something with a server of each kind that this machine can start, and prints which it cannot. */
export async function withEachTier<T>(
  measure: (kind: MeasuredTier['kind'], server: RunningServer) => Promise<T>, tiers = MEASURED_TIERS,
): Promise<T[]> {
  const results: T[] = [];
  for (const { kind, missing, start } of tiers) {
    const lacking = missing();
    if (lacking !== undefined) {
      console.log(`Not measured: ${kind}. ${lacking}\n`);
      continue;
    }
    const server = await start();
    try {
      results.push(await measure(kind, server));
    } finally {
      await server.stop();
    }
  }
  return results;
}

/** These benchmarks measure time, and the machine may be busy, so no call may time out. */
export function patient(settings: SharedSettings): SharedSettings {
  return { ...settings, timeoutMs: 10_000, connectTimeoutMs: 10_000, budgetMs: 3_600_000 };
}
