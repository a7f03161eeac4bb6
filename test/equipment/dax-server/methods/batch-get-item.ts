import { BatchGetItemCommand, type BatchGetItemCommandOutput, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { UNANSWERED } from '../caches';
import { type CborValue, encodeArrayHeader, encodeCbor, encodeSequence } from '../cbor';
import { cacheKey, type Method, type Services, tableName } from './method';
import type { Item } from '../protocol/attribute-values';
import type { DocumentPath } from '../protocol/document-paths';
import { validationError } from '../protocol/errors';
import { encodeWithKey, projected } from '../protocol/items';
import { decodeKey, encodeKey, type KeySchema } from '../protocol/keys';
import { readProjection, RequestParameters } from '../protocol/request-parameters';
import { encodeConsumedCapacity } from '../protocol/results';

const MAX_KEYS = 100;

interface TableRequest {
  readonly table: string;
  readonly schema: KeySchema;
  readonly isConsistent: boolean;
  readonly projection?: readonly DocumentPath[];
  readonly keys: readonly Item[];
}

interface Wanted {
  readonly table: TableRequest;
  readonly key: Item;
  readonly cacheKey: string;
}

/** Returns cached items, and reads all others in one request to DynamoDB. */
export const batchGetItem: Method = {
  name: 'batchGetItem',
  arity: 2,
  call: async ([requests, more], services) => {
    const tables = await readRequests(requests as Map<CborValue, CborValue>, services);
    const { consumedCapacity } = new RequestParameters(more);
    const found = new Map<string, Item>();
    const missing: Wanted[] = [];
    for (const wanted of tables.flatMap(wantedOf)) {
      const cached = wanted.table.isConsistent ? undefined : services.itemCache.get(wanted.cacheKey);
      if (cached === undefined) {
        missing.push(wanted);
      } else if (cached.value !== undefined) {
        found.set(wanted.cacheKey, cached.value);
      }
      count(services, wanted, cached !== undefined);
    }

    let output: Partial<BatchGetItemCommandOutput> = {};
    const read = async () => {
      output = await services.origin.read(new BatchGetItemCommand({ RequestItems: requestItems(missing), ReturnConsumedCapacity: consumedCapacity }));
      return answers(missing, output);
    };
    if (missing.length > 0) {
      const cacheable = missing.filter(({ table }) => !table.isConsistent);
      let items = new Map<string, Item | undefined>();
      await services.itemCache.fillMany(cacheable.map((each) => each.cacheKey), async () => {
        items = await read();
        return cacheable.map((each) => items.has(each.cacheKey) ? items.get(each.cacheKey) : UNANSWERED);
      });
      items.forEach((item, key) => item && found.set(key, item));
    }

    return encodeAnswer(tables, found, output, services);
  },
};

async function readRequests(requests: Map<CborValue, CborValue>, { origin }: Services): Promise<TableRequest[]> {
  const tables = await Promise.all([...requests].map(async ([name, request]): Promise<TableRequest> => {
    const [isConsistent, projection, keys] = request as [boolean, Buffer | null, Buffer[]];
    const table = tableName(name);
    const schema = await origin.keySchema(table);
    return {
      table,
      schema,
      isConsistent,
      keys: keys.map((key) => decodeKey(key, schema)),
      ...(projection !== null && { projection: readProjection(projection) }),
    };
  }));
  const all = tables.flatMap(wantedOf).map((wanted) => wanted.cacheKey);
  // If the cache has them all, DynamoDB does not check this.
  if (new Set(all).size < all.length) {
    throw validationError('Provided list of item keys contains duplicates');
  }
  if (all.length > MAX_KEYS) {
    throw validationError('Too many items requested for the BatchGetItem call');
  }
  return tables;
}

function wantedOf(table: TableRequest): Wanted[] {
  return table.keys.map((key) => ({ table, key, cacheKey: cacheKey(table.table, key, table.schema) }));
}

function count({ counts }: Services, { table }: Wanted, isHit: boolean): void {
  if (!table.isConsistent) {
    counts[isHit ? 'itemCacheHits' : 'itemCacheMisses']++;
  }
}

function requestItems(missing: readonly Wanted[]): Record<string, KeysAndAttributes> {
  const requests: Record<string, KeysAndAttributes & { Keys: Item[] }> = {};
  for (const { table: { table, isConsistent }, key } of missing) {
    requests[table] ??= { Keys: [], ConsistentRead: isConsistent };
    requests[table].Keys.push(key);
  }
  return requests;
}

/** Without the keys that DynamoDB has not processed. */
function answers(missing: readonly Wanted[], { Responses = {}, UnprocessedKeys = {} }: Partial<BatchGetItemCommandOutput>) {
  const items = new Map<string, Item | undefined>(missing.map((wanted) => [wanted.cacheKey, undefined]));
  const tables = new Map(missing.map(({ table }) => [table.table, table.schema]));
  for (const [table, schema] of tables) {
    UnprocessedKeys[table]?.Keys?.forEach((key) => items.delete(cacheKey(table, key, schema)));
    Responses[table]?.forEach((item) => items.set(cacheKey(table, item, schema), item));
  }
  return items;
}

/**
 * An array with two elements in its header, followed by a third value, as the client expects. Without a projection, keys
 * and attributes alternate.
 */
function encodeAnswer(
  tables: readonly TableRequest[], found: ReadonlyMap<string, Item>,
  { UnprocessedKeys = {}, ConsumedCapacity = [] }: Partial<BatchGetItemCommandOutput>, { lists }: Services,
): Buffer {
  const responses = new Map(tables.map((table): [string, CborValue] => {
    const items = wantedOf(table).map((wanted) => found.get(wanted.cacheKey)).filter((item) => item !== undefined);
    const { projection, schema } = table;
    return [table.table, projection === undefined
      ? items.flatMap((item) => encodeWithKey(item, schema, lists))
      : items.map((item) => projected(item, projection))];
  }));
  const unprocessed = new Map(tables.flatMap(({ table, schema }): [string, CborValue][] => {
    const keys = UnprocessedKeys[table]?.Keys;
    return keys === undefined ? [] : [[table, keys.map((key) => encodeKey(key, schema))]];
  }));
  return Buffer.concat([encodeArrayHeader(2), encodeSequence([responses, unprocessed]), encodeCbor(ConsumedCapacity.map(encodeConsumedCapacity))]);
}
