import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../equipment/dynamodb-local';

/** The table that scenarios read and write by the document client. */
export const THINGS = 'things';

export async function newThings(client: DynamoDBClient): Promise<void> {
  await createTable(client, { table: THINGS, partitionKey: 'id' });
}

export async function emptyThings(client: DynamoDBClient): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: THINGS }));
  await newThings(client);
}
