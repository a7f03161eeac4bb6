import { BatchWriteItemCommand, type BatchWriteItemCommandOutput, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { type CborValue, encodeSequence } from '../cbor';
import { cacheKey, type Method, type Services, tableName } from './method';
import type { Item } from '../protocol/attribute-values';
import { decodeAttributes, encodeAttributes } from '../protocol/items';
import { decodeKey, encodeKey, keyOf, type KeySchema } from '../protocol/keys';
import { RequestParameters } from '../protocol/request-parameters';
import { encodeCollectionMetrics, encodeConsumedCapacity } from '../protocol/results';

interface TableWrites {
  readonly table: string;
  readonly schema: KeySchema;
  readonly writes: readonly WriteRequest[];
}

export const batchWriteItem: Method = {
  name: 'batchWriteItem',
  arity: 2,
  call: async ([requests, more], services) => {
    const { consumedCapacity, collectionMetrics } = new RequestParameters(more);
    const tables = await readWrites(requests as Map<CborValue, CborValue>, services);
    let output: BatchWriteItemCommandOutput;
    try {
      output = await services.origin.write(new BatchWriteItemCommand({
        RequestItems: Object.fromEntries(tables.map(({ table, writes }) => [table, [...writes]])),
        ReturnConsumedCapacity: consumedCapacity,
        ReturnItemCollectionMetrics: collectionMetrics,
      }));
    } catch (error) {
      // After some failures it is unknown what was written.
      tables.forEach((table) => table.writes.forEach((write) => update(services, table, write, 'forget')));
      throw error;
    }
    for (const table of tables) {
      const unprocessed = new Set(output.UnprocessedItems?.[table.table]?.map((write) => cacheKeyOf(table, write)));
      table.writes.filter((write) => !unprocessed.has(cacheKeyOf(table, write))).forEach((write) => update(services, table, write, 'write'));
    }
    return encodeAnswer(tables, output, services);
  },
};

async function readWrites(requests: Map<CborValue, CborValue>, { origin, lists }: Services): Promise<TableWrites[]> {
  return Promise.all([...requests].map(async ([name, flat]): Promise<TableWrites> => {
    const table = tableName(name);
    const schema = await origin.keySchema(table);
    const writes: WriteRequest[] = [];
    const values = flat as (Buffer | null)[];
    // Keys and attributes alternate; without attributes, the item is deleted.
    for (let at = 0; at < values.length; at += 2) {
      const key = decodeKey(values[at]!, schema);
      const attributes = values[at + 1];
      writes.push(attributes === null
        ? { DeleteRequest: { Key: key } }
        : { PutRequest: { Item: { ...decodeAttributes(attributes, lists), ...key } } });
    }
    return { table, schema, writes };
  }));
}

function itemOf({ PutRequest, DeleteRequest }: WriteRequest): Item {
  return PutRequest?.Item ?? DeleteRequest!.Key!;
}

function cacheKeyOf({ table, schema }: TableWrites, write: WriteRequest): string {
  return cacheKey(table, itemOf(write), schema);
}

function update({ allItemCaches }: Services, table: TableWrites, write: WriteRequest, what: 'write' | 'forget'): void {
  const key = cacheKeyOf(table, write);
  allItemCaches.forEach((cache) => what === 'forget' ? cache.forget(key) : cache.write(key, write.PutRequest?.Item));
}

/** Three values: unprocessed items, consumed capacities, metrics of item collections. */
function encodeAnswer(
  tables: readonly TableWrites[], { UnprocessedItems = {}, ConsumedCapacity = [], ItemCollectionMetrics = {} }: BatchWriteItemCommandOutput,
  { lists }: Services,
): Buffer {
  const unprocessed = tables.filter(({ table }) => UnprocessedItems[table] !== undefined).map(({ table, schema }): [string, CborValue] => [
    table,
    UnprocessedItems[table].flatMap((write) => [
      encodeKey(keyOf(itemOf(write), schema), schema),
      write.PutRequest === undefined ? null : encodeAttributes(write.PutRequest.Item!, schema, lists),
    ]),
  ]);
  const metrics = tables.filter(({ table }) => ItemCollectionMetrics[table] !== undefined).map(({ table, schema }): [string, CborValue] => [
    table, ItemCollectionMetrics[table].map((each) => encodeCollectionMetrics(each, schema)),
  ]);
  return encodeSequence([new Map(unprocessed), ConsumedCapacity.map(encodeConsumedCapacity), new Map(metrics)]);
}
