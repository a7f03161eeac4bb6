import { GetItemCommand, type GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { encodeCbor } from '../cbor';
import { cacheKey, type Method, tableName } from './method';
import { encodeAttributes, projected } from '../protocol/items';
import { decodeKey } from '../protocol/keys';
import { RequestParameters } from '../protocol/request-parameters';
import { encodeConsumedCapacity, Result, resultMap } from '../protocol/results';

/** Whole items are cached; a projection is cut out of one. */
export const getItem: Method = {
  name: 'getItem',
  arity: 3,
  call: async ([table, keyBytes, more], { origin, lists, itemCache, counts }) => {
    const TableName = tableName(table);
    const schema = await origin.keySchema(TableName);
    const Key = decodeKey(keyBytes as Buffer, schema);
    const parameters = new RequestParameters(more);
    const { consistentRead, projection } = parameters;

    let output: GetItemCommandOutput | undefined;
    const read = async () => {
      output = await origin.read(new GetItemCommand({
        TableName, Key, ConsistentRead: consistentRead, ReturnConsumedCapacity: parameters.consumedCapacity,
      }));
      return output.Item;
    };
    const cached = consistentRead ? undefined : itemCache.get(cacheKey(TableName, Key, schema));
    let item = cached?.value;
    if (consistentRead) {
      item = await read();
    } else if (cached === undefined) {
      counts.itemCacheMisses++;
      item = await itemCache.fill(cacheKey(TableName, Key, schema), read);
    } else {
      counts.itemCacheHits++;
    }

    return encodeCbor(resultMap([
      [Result.ITEM, item && (projection === undefined ? encodeAttributes(item, schema, lists) : projected(item, projection))],
      [Result.CONSUMED_CAPACITY, output?.ConsumedCapacity && encodeConsumedCapacity(output.ConsumedCapacity)],
    ]));
  },
};
