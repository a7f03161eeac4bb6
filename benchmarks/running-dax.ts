import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { PARTITION_KEY, TABLE } from './inside/dax-contenders';
import { productOf } from './inside/product';
import type { DaxSettings } from '../src/runtime-settings';
import { DaxServer } from '../test/dax-server';
import { createTable, missingDynamoDbLocal, startDynamoDbLocal } from '../test/dynamodb-local';

/** A DAX cluster in front of a table, for as long as it is measured. */
export interface RunningDax {
  readonly settings: DaxSettings;
  /** What the function's environment needs beside its settings. */
  readonly environment: Record<string, string>;
  /** How many items its own memory has answered with so far. */
  hits(): number;
}

/** Does something with DAX in front of a table that has all products, or says what this machine lacks. */
export async function withDax<T>(ids: readonly string[], measure: (dax: RunningDax) => Promise<T[]>): Promise<T[]> {
  const lacking = missingDynamoDbLocal();
  if (lacking !== undefined) {
    console.log(`Not measured: dax. ${lacking}\n`);
    return [];
  }
  const database = await startDynamoDbLocal();
  const client = database.client();
  await createTable(client, { table: TABLE, partitionKey: PARTITION_KEY });
  const dax = await DaxServer.start({ origin: client });
  const documents = DynamoDBDocumentClient.from(client);
  await Promise.all(ids.map((id) => documents.send(new PutCommand({ TableName: TABLE, Item: { ...productOf(id) } }))));
  try {
    // These benchmarks measure time, and the machine may be busy: nothing is to be given up in the middle.
    const settings = { endpoint: dax.endpoint, connectTimeoutMs: 10_000, readTimeoutMs: 10_000, budgetMs: 3_600_000 };
    return await measure({ settings, environment: database.environment(), hits: () => dax.counts.itemCacheHits });
  } finally {
    await dax.stop();
    await database.stop();
  }
}
