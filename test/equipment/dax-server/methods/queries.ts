import { QueryCommand, type QueryCommandInput, type QueryCommandOutput, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { type CborValue, encodeCbor } from '../cbor';
import { type Method, type Services, tableName } from './method';
import { decodeNamedKey, encodeNamedKey, encodeWithKey, projected } from '../protocol/items';
import { decodeKey, encodeKey, type KeySchema } from '../protocol/keys';
import { RequestParameters } from '../protocol/request-parameters';
import { encodeConsumedCapacity, Result, resultMap } from '../protocol/results';

export const query: Method = {
  name: 'query',
  arity: 3,
  call: async ([table, keyCondition, more], services) => {
    const name = tableName(table);
    const schema = await services.origin.keySchema(name);
    const parameters = new RequestParameters(more);
    const KeyConditionExpression = keyCondition === null ? undefined : parameters.expressions.condition(keyCondition as Buffer);
    const input: QueryCommandInput = {
      ...commonInput(name, parameters, schema), KeyConditionExpression, ScanIndexForward: parameters.scanIndexForward,
    };
    return answer(input, parameters, schema, services, 'query', () => services.origin.read(new QueryCommand(input)));
  },
};

export const scan: Method = {
  name: 'scan',
  arity: 2,
  call: async ([table, more], services) => {
    const name = tableName(table);
    const schema = await services.origin.keySchema(name);
    const parameters = new RequestParameters(more);
    const { segment: Segment, totalSegments: TotalSegments } = parameters;
    const input: ScanCommandInput = { ...commonInput(name, parameters, schema), Segment, TotalSegments };
    return answer(input, parameters, schema, services, 'scan', () => services.origin.read(new ScanCommand(input)));
  },
};

function commonInput(TableName: string, parameters: RequestParameters, schema: KeySchema) {
  const { startKey, indexName, projection, expressions, filter } = parameters;
  const ProjectionExpression = projection && expressions.topLevel(projection);
  return {
    TableName,
    IndexName: indexName,
    ExclusiveStartKey: startKey && (indexName === undefined ? decodeKey(startKey, schema) : decodeNamedKey(startKey)),
    FilterExpression: filter,
    ProjectionExpression,
    Select: parameters.select,
    Limit: parameters.limit,
    ConsistentRead: parameters.consistentRead,
    ReturnConsumedCapacity: parameters.consumedCapacity,
  };
}

/** Answers from the query cache, whose key is the whole request, or from DynamoDB. */
async function answer(
  input: QueryCommandInput, parameters: RequestParameters, schema: KeySchema, services: Services, operation: string,
  read: () => Promise<QueryCommandOutput>,
): Promise<Buffer> {
  const { queryCache, counts } = services;
  // By now all expressions have been read.
  Object.assign(input, parameters.expressions.attributes);
  if (parameters.consistentRead) {
    return encodePage(await read(), parameters, schema, services);
  }
  const { ReturnConsumedCapacity: _, ...question } = input;
  const key = JSON.stringify([operation, question]);
  const cached = queryCache.get(key);
  if (cached !== undefined) {
    counts.queryCacheHits++;
    return encodePage({ ...cached.value, ConsumedCapacity: undefined }, parameters, schema, services);
  }
  counts.queryCacheMisses++;
  const page = await read();
  queryCache.set(key, page);
  return encodePage(page, parameters, schema, services);
}

function encodePage(page: QueryCommandOutput, { projection, indexName }: RequestParameters, schema: KeySchema, { lists }: Services): Buffer {
  const { Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity } = page;
  return encodeCbor(resultMap([
    [Result.ITEMS, Items?.map((item): CborValue => projection === undefined ? encodeWithKey(item, schema, lists) : projected(item, projection))],
    [Result.COUNT, Count],
    [Result.SCANNED_COUNT, ScannedCount],
    [Result.LAST_KEY, LastEvaluatedKey && (indexName === undefined ? encodeKey(LastEvaluatedKey, schema) : encodeNamedKey(LastEvaluatedKey))],
    [Result.CONSUMED_CAPACITY, ConsumedCapacity && encodeConsumedCapacity(ConsumedCapacity)],
  ]));
}
