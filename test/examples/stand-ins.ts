import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type RuntimeSettings, SETTINGS_VARIABLE } from '../../src/contract/runtime-settings';
import type { DynamoDbSettings, RedisSettings, SharedSettings } from '../../src/contract/shared-settings';
import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { throughDax, withSdk } from '../dax/dax-function';
import { TABLE } from '../dax/table';
import { DaxServer } from '../equipment/dax-server';
import { createTable } from '../equipment/dynamodb-local';
import { startRedis } from '../equipment/redis-servers';
import { connected } from '../faults/function';
import { PATIENT } from '../fleet/backend';
import { startDynamoDb } from '../fleet/dynamodb-backend';
import { MEMCACHED } from '../fleet/memcached-backend';
import { SecretsManager } from '../fleet/secrets-manager';

/** A test is not about timeouts, and the machine may be busy. */
const PATIENT_WITH_DAX = { connectTimeoutMs: 5_000, readTimeoutMs: 5_000, budgetMs: 20_000 };

/** A server on this machine instead of what a deployment would make, and the function that finds it there. */
export interface StandIn {
  readonly definition: FunctionDefinition;
  stop(): Promise<void>;
}

/** Starts what stands in for whatever a synthesized function uses. */
export type StartStandIn = (synthesized: FunctionDefinition) => Promise<StandIn>;

/** Memory alone needs nothing. */
export async function startNothing(definition: FunctionDefinition): Promise<StandIn> {
  return { definition, stop: async () => {} };
}

/**
 * Instead of ElastiCache with IAM: one Redis with TLS, in which the function's user has any password, such as a token. Replaced are
 * address, authority and `cluster`; the user and the token are the function's own.
 */
export async function startRedisWithTokens(synthesized: FunctionDefinition): Promise<StandIn> {
  const given = sharedSettings<RedisSettings>(synthesized);
  const { auth } = given;
  if (auth?.type !== 'iam') {
    throw new Error(`${synthesized.functionName} has no tokens`);
  }
  const server = await startRedis({ tls: true, acl: ['user default off', `user ${auth.user} on nopass ~* +@all`] });
  const shared = { ...given, host: server.host, port: server.port, tls: { ca: server.ca }, cluster: undefined, ...PATIENT };
  return { definition: connected(synthesized, { settings: { shared } }), stop: () => server.stop() };
}

/** Instead of Dragonfly: one Redis with a password, which is in what stands in for Secrets Manager. Replaced is the address. */
export async function startRedisWithSecret(synthesized: FunctionDefinition): Promise<StandIn> {
  const given = sharedSettings<RedisSettings>(synthesized);
  const { auth } = given;
  if (auth?.type !== 'secret') {
    throw new Error(`${synthesized.functionName} has no secret`);
  }
  const server = await startRedis({ acl: ['user default on >swordfish ~* +@all'] });
  const secrets = await SecretsManager.start();
  secrets.put(auth.arn, JSON.stringify({ password: 'swordfish' }));
  return {
    definition: connected(synthesized, {
      settings: { shared: { ...given, host: server.host, port: server.port, ...PATIENT } }, variables: secrets.environment as Record<string, string>,
    }),
    stop: async () => {
      secrets.stop();
      await server.stop();
    },
  };
}

/** Instead of a cluster that is found by Auto Discovery: one Memcached, by its address. */
export async function startMemcachedNode(synthesized: FunctionDefinition): Promise<StandIn> {
  const backend = await MEMCACHED.start();
  return { definition: connected(synthesized, { settings: { shared: backend.settings } }), stop: () => backend.stop() };
}

/** DynamoDB Local with the table. Replaced are the endpoint and the table's name. */
export async function startDynamoDbTable(synthesized: FunctionDefinition): Promise<StandIn> {
  const settings = { ...sharedSettings<DynamoDbSettings>(synthesized), table: 'cache', ...PATIENT };
  const backend = await startDynamoDb(settings);
  return {
    definition: connected(synthesized, { settings: { shared: settings }, variables: backend.environment as Record<string, string> }),
    stop: () => backend.stop(),
  };
}

/** A DAX cluster of tests before DynamoDB Local. Replaced are both endpoints and the table's name. */
export async function startDax(synthesized: FunctionDefinition): Promise<StandIn> {
  const database = await startDynamoDb();
  await createTable(database.client, { table: TABLE, partitionKey: 'id' });
  for (const id of ['0', '1']) {
    await database.client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: id }, name: { S: 'Tea' } } }));
  }
  const dax = await DaxServer.start({ origin: database.client });
  const environment = { ...synthesized.environment, ...database.environment as Record<string, string>, PRODUCTS: TABLE };
  return {
    definition: withSdk(throughDax({ ...synthesized, environment }, { endpoint: dax.endpoint, ...PATIENT_WITH_DAX })),
    stop: async () => {
      await dax.stop();
      await database.stop();
    },
  };
}

function sharedSettings<T extends SharedSettings>({ environment }: FunctionDefinition): T {
  return (JSON.parse(environment[SETTINGS_VARIABLE]) as RuntimeSettings).shared as T;
}
