import { DeleteItemCommand, DeleteTableCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Backend, PATIENT, type Startable } from './backend.js';
import { BEGINNING, INDEX_KEY } from './fleet.js';
import { logOf } from '../../lambda-runtime/stores/dynamodb/change-log.js';
import type { DynamoDbSettings } from '../../src/contract/shared-settings.js';
import { createTable, type DynamoDbLocal, type DynamoDbLocalOptions, DynamoDbProxy, missingDynamoDbLocal, startDynamoDbLocal } from '../equipment/dynamodb-local';

export const SETTINGS: DynamoDbSettings = { kind: 'dynamodb', table: 'cache', partitionKey: 'key', timeToLive: 'expires', ...PATIENT };

/** A fleet's table, behind a proxy that can fail in its place. */
export interface DynamoDbBackend extends Backend {
  readonly server: DynamoDbServer;
  readonly proxy: DynamoDbProxy;
  readonly client: DynamoDBClient;
}

type DynamoDbServer = Pick<DynamoDbLocal, 'port' | 'endpoint' | 'client' | 'environment' | 'stop'>;

export const DYNAMODB: Startable<DynamoDbBackend> = {
  name: 'one table of DynamoDB',
  missing: missingDynamoDbLocal(),
  start: () => startDynamoDb(),
};

export async function startDynamoDb(settings = SETTINGS, options: DynamoDbLocalOptions = {}): Promise<DynamoDbBackend> {
  return dynamoDbBackend(await startDynamoDbLocal(options), settings);
}

/** A fleet's table on a server that is DynamoDB to it. */
export async function dynamoDbBackend<S extends DynamoDbServer>(server: S, settings = SETTINGS): Promise<DynamoDbBackend & { readonly server: S }> {
  const proxy = await DynamoDbProxy.start(server.endpoint);
  const client = server.client();
  await createTable(client, settings);
  const { table: TableName } = settings;
  const keyOf = (key: string) => ({ [settings.partitionKey]: { S: key }, ...(settings.sortKey !== undefined && { [settings.sortKey]: { S: '-' } }) });
  return {
    server,
    proxy,
    client,
    settings,
    environment: server.environment(proxy.endpoint),
    clear: async () => {
      await client.send(new DeleteTableCommand({ TableName }));
      await createTable(client, settings);
    },
    evict: async (key) => {
      const { Attributes } = await client.send(new DeleteItemCommand({ TableName, Key: keyOf(key), ReturnValues: 'ALL_OLD' }));
      expect(Attributes).toBeDefined();
    },
    overwrite: async (key, text) => {
      await client.send(new PutItemCommand({ TableName, Item: { ...keyOf(key), entry: { B: Buffer.from(text) } } }));
    },
    log: async () => {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(`${INDEX_KEY}log`) }));
      return logOf(Item as unknown as Parameters<typeof logOf>[0]);
    },
    remaining: async (key) => {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(key) }));
      return Number(Item![settings.timeToLive].N) * 1_000 - BEGINNING;
    },
    requestCount: () => Promise.resolve(proxy.count('BatchGetItem')),
    stop: async () => {
      proxy.stop();
      await server.stop();
    },
  };
}
