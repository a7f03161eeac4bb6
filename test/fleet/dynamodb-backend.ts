import { DeleteItemCommand, DeleteTableCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Backend, PATIENT, type Startable } from './backend.js';
import type { DynamoDbSettings } from '../../src/runtime-settings.js';
import { createTable, type DynamoDbLocal, type DynamoDbLocalOptions, DynamoDbProxy, missingDynamoDbLocal, startDynamoDbLocal } from '../dynamodb-local';

export const SETTINGS: DynamoDbSettings = { kind: 'dynamodb', table: 'cache', partitionKey: 'key', timeToLive: 'expires', ...PATIENT };

/** When the clocks of tests begin. */
const BEGINNING = Date.UTC(2026, 0, 1);

/** A fleet's table, behind a proxy that can fail in its place. */
export interface DynamoDbBackend extends Backend {
  readonly server: DynamoDbLocal;
  readonly proxy: DynamoDbProxy;
  readonly client: DynamoDBClient;
}

export const DYNAMODB: Startable<DynamoDbBackend> = {
  name: 'one table of DynamoDB',
  missing: missingDynamoDbLocal(),
  start: () => startDynamoDb(),
};

export async function startDynamoDb(settings = SETTINGS, options: DynamoDbLocalOptions = {}): Promise<DynamoDbBackend> {
  const server = await startDynamoDbLocal(options);
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
    remaining: async (key) => {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(key) }));
      return Number(Item![settings.timeToLive].N) * 1_000 - BEGINNING;
    },
    questions: () => Promise.resolve(proxy.count('BatchGetItem')),
    stop: async () => {
      proxy.stop();
      await server.stop();
    },
  };
}
