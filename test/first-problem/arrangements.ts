import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { Duration } from 'aws-cdk-lib';
import type { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { daxFunction, GET_PRODUCT, withSdk } from '../dax/dax-function';
import { DaxServer } from '../equipment/dax-server';
import { missingDynamoDbLocal } from '../equipment/dynamodb-local';
import { synthesizedFunction } from '../equipment/emulate';
import type { Backend, Startable } from '../fleet/backend';
import type { DynamoDbBackend } from '../fleet/dynamodb-backend';
import { MEMCACHED } from '../fleet/memcached-backend';
import { REDIS } from '../fleet/redis-backend';
import { sharingFunction } from '../fleet/sharing-function';

/** The function, and what is between its memory and the database. */
export interface Arranged {
  readonly definition: FunctionDefinition;
  /** The number of reads of a product so far. */
  originCalls(): Promise<number>;
  /** Hours pass for it, too, where it keeps time by a clock that a test can move. */
  grow(hours: number): void;
  /** It no longer answers. */
  goAway(): Promise<void>;
  stop(): Promise<void>;
}

/** One way to arrange caches between a handler and its database. */
export interface Arrangement {
  readonly name: string;
  /** What is between the memory of an environment and the database. */
  readonly between: 'nothing' | 'shared cache' | 'DAX';
  /** What this machine lacks for it; undefined: nothing. */
  readonly missing: string | undefined;
  start(database: DynamoDbBackend, runtime: Runtime): Promise<Arranged>;
}

const TIMEOUT = Duration.seconds(20);

const MEMORY_ONLY: Arrangement = {
  name: 'memory only',
  between: 'nothing',
  missing: undefined,
  start: async ({ environment }, runtime) => {
    const definition = synthesizedFunction({ entry: GET_PRODUCT, runtime, timeout: TIMEOUT, memorySize: 256, caching: { ttl: Duration.hours(1) } });
    return {
      definition: withSdk({ ...definition, environment: { ...definition.environment, ...environment as Record<string, string> } }),
      originCalls: async () => 0,
      grow: () => {},
      goAway: async () => {},
      stop: async () => {},
    };
  },
};

function sharing(tier: Startable<Backend>): Arrangement {
  return {
    name: `memory and ${tier.name}`,
    between: 'shared cache',
    missing: tier.missing,
    start: async ({ environment }, runtime) => {
      const backend = await tier.start();
      return { ...behind(backend, environment!, runtime), goAway: () => backend.stop(), stop: () => backend.stop() };
    },
  };
}

/** Its table is in the same DynamoDB as the products. */
const DYNAMODB: Arrangement = {
  name: 'memory and a table of DynamoDB',
  between: 'shared cache',
  missing: undefined,
  start: async (database, runtime) => ({
    ...behind(database, database.environment!, runtime),
    // An environment that begins looks for the account of invalidations, too.
    originCalls: async () => database.proxy.calls.filter(({ operation, input }) => operation === 'BatchGetItem' && JSON.stringify(input).includes(':product:')).length,
    goAway: async () => void await database.client.send(new DeleteTableCommand({ TableName: 'cache' })),
    stop: async () => {},
  }),
};

function behind(backend: Backend, environment: NodeJS.ProcessEnv, runtime: Runtime): Pick<Arranged, 'definition' | 'originCalls' | 'grow'> {
  const definition = sharingFunction({ settings: backend.settings, environment }, { entry: GET_PRODUCT, runtime, timeout: TIMEOUT, memorySize: 256 });
  return { definition: withSdk(definition), originCalls: () => backend.requestCount(), grow: () => {} };
}

const DAX: Arrangement = {
  name: 'memory and DAX',
  between: 'DAX',
  missing: undefined,
  start: async ({ server, proxy, environment }, runtime) => {
    const dax = await DaxServer.start({ origin: server.client(proxy.endpoint) });
    return {
      definition: daxFunction({ endpoint: dax.endpoint, environment: environment as Record<string, string> }, { runtime }),
      originCalls: async () => dax.counts.itemCacheHits + dax.counts.itemCacheMisses,
      grow: (hours) => dax.advanceClock(Duration.hours(hours).toMilliseconds()),
      goAway: () => dax.set('refuse'),
      stop: () => dax.stop(),
    };
  },
};

export const ARRANGEMENTS: readonly Arrangement[] = [MEMORY_ONLY, sharing(REDIS), sharing(MEMCACHED), DYNAMODB, DAX];

/** The database is needed by all of them. */
export function missingFor({ missing }: Arrangement): string | undefined {
  return missingDynamoDbLocal() ?? missing;
}
