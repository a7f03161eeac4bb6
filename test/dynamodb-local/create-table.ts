import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDbSettings } from '../../src/runtime-settings';

/** As the construct makes it, but without time to live: DynamoDB would delete what has long expired by its clock. */
export async function createTable(client: DynamoDBClient, { table, partitionKey, sortKey }: Pick<DynamoDbSettings, 'table' | 'partitionKey' | 'sortKey'>): Promise<void> {
  const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  await client.send(new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  }));
}
