import {
  TransactGetItemsCommand, TransactionCanceledException, TransactWriteItemsCommand, type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { type CborValue, encodeCbor } from '../cbor';
import { cacheKey, type Method, type Services, tableName } from './method';
import type { Item } from '../protocol/attribute-values';
import { asDaxError, DaxError, validationError } from '../protocol/errors';
import { Expressions } from '../protocol/expressions';
import { decodeAttributes, encodeAttributes, projected } from '../protocol/items';
import { decodeKey, type KeySchema } from '../protocol/keys';
import { readProjection, RequestParameters } from '../protocol/request-parameters';
import { encodeCollectionMetrics, namedConsumedCapacity } from '../protocol/results';

const Operation = { PUT: 2, DELETE: 7, UPDATE: 9, CHECK: 12 } as const;
const ALL_OLD = 2;

/** Passed on to DynamoDB without a cache. */
export const transactGetItems: Method = {
  name: 'transactGetItems',
  arity: 4,
  call: async ([tables, keys, projections, more], { origin, lists }) => {
    const gets = await Promise.all((tables as Buffer[]).map(async (table, at) => {
      const TableName = tableName(table);
      const schema = await origin.keySchema(TableName);
      const Key = decodeKey((keys as Buffer[])[at], schema);
      const projection = (projections as (Buffer | null)[])[at];
      return { TableName, schema, Key, paths: projection === null ? undefined : readProjection(projection) };
    }));
    const { Responses = [], ConsumedCapacity } = await origin.read(new TransactGetItemsCommand({
      TransactItems: gets.map(({ TableName, Key }) => ({ Get: { TableName, Key } })),
      ReturnConsumedCapacity: new RequestParameters(more).consumedCapacity,
    }));
    const items = Responses.map(({ Item }, at): CborValue => {
      const { schema, paths } = gets[at];
      return Item === undefined ? null : paths === undefined ? encodeAttributes(Item, schema, lists) : projected(Item, paths);
    });
    return encodeCbor([items, ConsumedCapacity?.map(namedConsumedCapacity) ?? null]);
  },
};

interface TransactionPart {
  readonly table: string;
  readonly schema: KeySchema;
  readonly key: Item;
  readonly write: TransactWriteItem;
}

/** The item caches drop the items that it wrote. */
export const transactWriteItems: Method = {
  name: 'transactWriteItems',
  arity: 9,
  call: async (parameters, services) => {
    const parts = await readParts(parameters, services);
    const { consumedCapacity, collectionMetrics, requestToken } = new RequestParameters(parameters[8]);
    try {
      const { ConsumedCapacity, ItemCollectionMetrics } = await services.origin.write(new TransactWriteItemsCommand({
        TransactItems: parts.map(({ write }) => write),
        ClientRequestToken: requestToken,
        ReturnConsumedCapacity: consumedCapacity,
        ReturnItemCollectionMetrics: collectionMetrics,
      }));
      const schemas = new Map(parts.map(({ table, schema }) => [table, schema]));
      const metrics = ItemCollectionMetrics && Object.entries(ItemCollectionMetrics).map(([table, all]): [string, CborValue] => [
        table, all.map((each) => encodeCollectionMetrics(each, schemas.get(table)!)),
      ]);
      return encodeCbor([null, ConsumedCapacity?.map(namedConsumedCapacity) ?? null, metrics === undefined ? null : new Map(metrics)]);
    } catch (error) {
      throw withReasons(error, parts, services);
    } finally {
      parts.forEach(({ table, key, schema }) => services.allItemCaches.forEach((cache) => cache.forget(cacheKey(table, key, schema))));
    }
  },
};

/** Each parameter is a list with one element for each part. */
async function readParts(parameters: readonly CborValue[], { origin, lists }: Services): Promise<TransactionPart[]> {
  const [operations, tables, keys, values, _returnValues, onFailure, conditions, updates] = parameters as (CborValue[] | null)[];
  return Promise.all(operations!.map(async (operation, at): Promise<TransactionPart> => {
    const table = tableName(tables![at]);
    const schema = await origin.keySchema(table);
    const key = decodeKey(keys![at] as Buffer, schema);
    const expressions = new Expressions();
    const [condition, update] = [conditions?.[at] as Buffer | null, updates?.[at] as Buffer | null];
    const ConditionExpression = condition === null ? undefined : expressions.condition(condition);
    const UpdateExpression = update === null ? undefined : expressions.update(update);
    const common = {
      TableName: table,
      ConditionExpression,
      ...expressions.attributes,
      ReturnValuesOnConditionCheckFailure: onFailure?.[at] === ALL_OLD ? 'ALL_OLD' : 'NONE',
    } as const;
    const attributes = values?.[at] as Buffer | null;
    const item = attributes === null ? key : { ...decodeAttributes(attributes, lists), ...key };
    return { table, schema, key, write: writeOf(operation as number, common, key, item, UpdateExpression) };
  }));
}

function writeOf(
  operation: number, common: { readonly TableName: string; readonly ConditionExpression?: string }, Key: Item, Item: Item, UpdateExpression?: string,
): TransactWriteItem {
  switch (operation) {
    case Operation.PUT:
      return { Put: { ...common, Item } };
    case Operation.DELETE:
      return { Delete: { ...common, Key } };
    case Operation.UPDATE:
      return { Update: { ...common, Key, UpdateExpression } };
    case Operation.CHECK:
      return { ConditionCheck: { ...common, ConditionExpression: common.ConditionExpression, Key } };
    default:
      throw validationError(`A transaction wants the operation ${operation}, which this server does not know.`);
  }
}

function withReasons(error: unknown, parts: readonly TransactionPart[], { lists }: Services): DaxError {
  if (!(error instanceof TransactionCanceledException)) {
    return asDaxError(error);
  }
  const reasons = (error.CancellationReasons ?? []).map(({ Code, Message, Item }, at) => ({
    code: Code, message: Message, item: Item && encodeAttributes(Item, parts[at].schema, lists),
  }));
  return new DaxError(error.name, error.message, { statusCode: error.$metadata.httpStatusCode, requestId: error.$metadata.requestId, reasons });
}
