import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { PARTITION_KEY, TABLE } from './inside/dax-contenders';
import { productOf } from './inside/product';
import type { DaxSettings } from '../src/contract/runtime-settings';
import { DaxServer } from '../test/equipment/dax-server';
import { createTable, missingDynamoDbLocal, startDynamoDbLocal } from '../test/equipment/dynamodb-local';

/** A DAX cluster in front of a table, during a measurement. */
export interface RunningDax {
  readonly settings: DaxSettings;
  /** The function's environment variables besides its settings. */
  readonly environment: Record<string, string>;
  /** The number of items that it has returned from its own memory so far. */
  hits(): number;
}

/** Runs something with DAX in front of a table that has all products, or prints what this machine lacks. */
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
    // These benchmarks measure time, and the machine may be busy, so no call may time out.
    const settings = { endpoint: dax.endpoint, connectTimeoutMs: 10_000, readTimeoutMs: 10_000, budgetMs: 3_600_000 };
    return await measure({ settings, environment: database.environment(), hits: () => dax.counts.itemCacheHits });
  } finally {
    await dax.stop();
    await database.stop();
  }
}
