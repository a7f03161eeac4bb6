import {
  DeleteItemCommand, type DeleteItemCommandOutput, PutItemCommand, type ReturnValue, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { encodeCbor } from '../cbor';
import { cacheKey, type Method, type Services, tableName } from './method';
import type { Item } from '../protocol/attribute-values';
import { decodeAttributes, encodeAttributes, encodeSomeAttributes } from '../protocol/items';
import { decodeKey, type KeySchema } from '../protocol/keys';
import { RequestParameters } from '../protocol/request-parameters';
import { encodeCollectionMetrics, encodeConsumedCapacity, Result, resultMap } from '../protocol/results';

export const putItem: Method = {
  name: 'putItem',
  arity: 4,
  call: async ([table, keyBytes, attributes, more], services) => {
    const { name, schema, key, common, parameters } = await writeOf(table as Buffer, keyBytes as Buffer, new RequestParameters(more), services);
    const Item = { ...decodeAttributes(attributes as Buffer, services.lists), ...key };
    const output = await writeThrough(name, key, schema, services, async () => {
      const result = await services.origin.write(new PutItemCommand({ ...common, Item, ReturnValues: parameters.returnValues }));
      return { result, item: Item };
    });
    return encodeResult(output, parameters.returnValues, schema, services);
  },
};

export const deleteItem: Method = {
  name: 'deleteItem',
  arity: 3,
  call: async ([table, keyBytes, more], services) => {
    const { name, schema, key, common, parameters } = await writeOf(table as Buffer, keyBytes as Buffer, new RequestParameters(more), services);
    const output = await writeThrough(name, key, schema, services, async () => {
      const result = await services.origin.write(new DeleteItemCommand({ ...common, Key: key, ReturnValues: parameters.returnValues }));
      return { result, item: undefined };
    });
    return encodeResult(output, parameters.returnValues, schema, services);
  },
};

export const updateItem: Method = {
  name: 'updateItem',
  arity: 3,
  call: async ([table, keyBytes, more], services) => {
    const requested = new RequestParameters(more);
    const UpdateExpression = requested.update;
    const { name, schema, key, common, parameters } = await writeOf(table as Buffer, keyBytes as Buffer, requested, services);
    const { returnValues } = parameters;
    const isUnasked = returnValues === undefined || returnValues === 'NONE';
    const output = await writeThrough(name, key, schema, services, async () => {
      const { Attributes, ...result } = await services.origin.write(new UpdateItemCommand({
        ...common,
        Key: key,
        UpdateExpression,
        // For the item cache, unless the client wants another return value.
        ReturnValues: isUnasked ? 'ALL_NEW' : returnValues,
      }));
      const isWhole = isUnasked || returnValues === 'ALL_NEW';
      return { result: isUnasked ? result : { ...result, Attributes }, item: isWhole ? Attributes : 'unknown' };
    });
    return encodeResult(output, returnValues, schema, services);
  },
};

async function writeOf(table: Buffer, keyBytes: Buffer, parameters: RequestParameters, { origin }: Services) {
  const name = tableName(table);
  const schema = await origin.keySchema(name);
  const common = {
    TableName: name,
    ConditionExpression: parameters.condition,
    ReturnConsumedCapacity: parameters.consumedCapacity,
    ReturnItemCollectionMetrics: parameters.collectionMetrics,
    ...parameters.expressions.attributes,
  };
  return { name, schema, key: decodeKey(keyBytes, schema), common, parameters };
}

interface Written<T> {
  readonly result: T;
  readonly item: Item | undefined | 'unknown';
}

/** First to DynamoDB, then to the item caches; never to the query caches. */
async function writeThrough<T>(
  table: string, key: Item, schema: KeySchema, { allItemCaches }: Services, write: () => Promise<Written<T>>,
): Promise<T> {
  const cached = cacheKey(table, key, schema);
  try {
    const { result, item } = await write();
    allItemCaches.forEach((cache) => item === 'unknown' ? cache.forget(cached) : cache.write(cached, item));
    return result;
  } catch (error) {
    // After some failures it is unknown whether anything was written.
    allItemCaches.forEach((cache) => cache.forget(cached));
    throw error;
  }
}

function encodeResult(
  { Attributes, ConsumedCapacity, ItemCollectionMetrics }: DeleteItemCommandOutput, returnValues: ReturnValue | undefined,
  schema: KeySchema, { lists }: Services,
): Buffer {
  const isPartial = returnValues === 'UPDATED_OLD' || returnValues === 'UPDATED_NEW';
  return encodeCbor(resultMap([
    [Result.ATTRIBUTES, Attributes && (isPartial ? encodeSomeAttributes(Attributes, lists) : encodeAttributes(Attributes, schema, lists))],
    [Result.CONSUMED_CAPACITY, ConsumedCapacity && encodeConsumedCapacity(ConsumedCapacity)],
    [Result.COLLECTION_METRICS, ItemCollectionMetrics && encodeCollectionMetrics(ItemCollectionMetrics, schema)],
  ]));
}
