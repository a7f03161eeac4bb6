/** @jest-environment ./test/dax/outside-environment.ts */
import { client as plain, describeWithDynamoDb, type Environment, lib, outside, DaxFixture } from './fixture';
import { TABLE } from './table';

const {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, NumberValue, paginateScan, PutCommand, QueryCommand, ScanCommand,
  TransactGetCommand, TransactWriteCommand, UpdateCommand,
} = lib;
const { ConditionalCheckFailedException, GetItemCommand, TransactionCanceledException } = plain;

describeWithDynamoDb('the document client, through DAX', () => {
  let fixture: DaxFixture;
  let environment: Environment;

  beforeAll(async () => {
    fixture = await DaxFixture.start();
    // A busy machine is no fault of DAX.
    environment = fixture.environmentOf({ connectTimeoutMs: 10_000, readTimeoutMs: 10_000, writeTimeoutMs: 10_000 });
  }, 60_000);

  afterAll(() => fixture.stop());

  beforeEach(() => {
    fixture.dax.clearCaches();
    fixture.dax.resetCounts();
    environment.endInvocation();
    environment.straight = 0;
  });

  const get = (id: string, more = {}) => environment.client.send(new GetCommand({ TableName: TABLE, Key: { id }, ...more }));

  test('reads an item that another has read, without calling DynamoDB', async () => {
    expect((await get('1')).Item).toEqual({ id: '1', name: 'Tea' });
    expect((await fixture.environmentOf().client.send(new GetCommand({ TableName: TABLE, Key: { id: '1' } }))).Item).toEqual({ id: '1', name: 'Tea' });

    expect(fixture.dax.counts).toMatchObject({ itemCacheHits: 1, itemCacheMisses: 1, originReads: 1 });
    expect(environment.endInvocation()).toEqual({ daxCalls: 1 });
    expect(environment.straight).toBe(0);
  });

  test('returns no Item if there is none', async () => {
    expect(await get('none')).not.toHaveProperty('Item');
  });

  test('does everything that DAX supports', async () => {
    const { client } = environment;
    const now = { id: 'all', count: 1, list: [1, 'a', null, true], map: { b: 1.5 }, bytes: new Uint8Array([1, 2]) };
    await client.send(new PutCommand({ TableName: TABLE, Item: now }));
    const { Attributes } = await client.send(new UpdateCommand({
      TableName: TABLE,
      Key: { id: 'all' },
      UpdateExpression: 'ADD #c :one',
      ExpressionAttributeNames: { '#c': 'count' },
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }));
    expect(Attributes).toEqual({ count: 2 });
    expect((await get('all')).Item).toEqual({ ...now, count: 2, bytes: new Uint8Array([1, 2]) });

    await client.send(new BatchWriteCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item: { id: 'batch' } } }, { DeleteRequest: { Key: { id: 'none' } } }] } }));
    const { Responses } = await client.send(new BatchGetCommand({ RequestItems: { [TABLE]: { Keys: [{ id: 'batch' }] } } }));
    expect(Responses).toEqual({ [TABLE]: [{ id: 'batch' }] });

    await client.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: { id: 'transact', n: 1 } } }] }));
    const transaction = await client.send(new TransactGetCommand({ TransactItems: [{ Get: { TableName: TABLE, Key: { id: 'transact' } } }] }));
    expect(transaction.Responses).toEqual([{ Item: { id: 'transact', n: 1 } }]);

    const { Items } = await client.send(new QueryCommand({ TableName: TABLE, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'batch' } }));
    expect(Items).toEqual([{ id: 'batch' }]);
    expect((await client.send(new ScanCommand({ TableName: TABLE }))).Count).toBe(4);
    await client.send(new DeleteCommand({ TableName: TABLE, Key: { id: 'batch' } }));

    expect(environment.straight).toBe(0);
    expect(environment.endInvocation()).toEqual({ daxCalls: 10 });
  });

  test("is the AWS SDK's own, for its paginators too", async () => {
    const pages = [];
    for await (const { Items } of paginateScan({ client: environment.client }, { TableName: TABLE, Limit: 2 })) {
      pages.push(Items);
    }
    expect(pages.flat().length).toBeGreaterThanOrEqual(3);
    expect(environment.straight).toBe(0);
  });

  test('translates values as its options require', async () => {
    const { client } = fixture.environmentOf({}, { marshallOptions: { removeUndefinedValues: true }, unmarshallOptions: { wrapNumbers: true } });
    await client.send(new PutCommand({ TableName: TABLE, Item: { id: 'told', nothing: undefined, n: 1 } }));

    const { Item } = await client.send(new GetCommand({ TableName: TABLE, Key: { id: 'told' } }));

    expect(Item).toEqual({ id: 'told', n: NumberValue.from(1) });
  });

  test("rejects with the SDK's own error if DynamoDB refuses a request, after one call", async () => {
    const put = environment.client.send(new PutCommand({ TableName: TABLE, Item: { id: '1' }, ConditionExpression: 'attribute_not_exists(id)' }));
    await expect(put).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    await expect(put).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', message: 'The conditional request failed', $fault: 'client' });

    const transaction = environment.client.send(new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName: TABLE, Item: { id: '1' }, ConditionExpression: 'attribute_not_exists(id)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
        { Put: { TableName: TABLE, Item: { id: 'unchanged' } } },
      ],
    }));
    await expect(transaction).rejects.toBeInstanceOf(TransactionCanceledException);
    const { CancellationReasons } = await transaction.catch((error: unknown) => error) as { readonly CancellationReasons: readonly unknown[] };
    expect(CancellationReasons).toEqual([
      { Code: 'ConditionalCheckFailed', Message: expect.any(String), Item: { id: { S: '1' }, name: { S: 'Tea' } } },
      { Code: 'None' },
    ]);
    expect(CancellationReasons[1]).not.toHaveProperty('Item');

    await expect(get('1', { TableName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(environment.straight).toBe(0);
    expect(environment.endInvocation()).toEqual({ daxCalls: 3 });
  });

  test('leaves to DynamoDB what only DynamoDB can check', async () => {
    await expect(get('1', { Key: { wrong: 1 } })).rejects.toMatchObject({ name: 'ValidationException' });
    // eslint-disable-next-line @typescript-eslint/no-unsafe-argument
    await expect(environment.client.send(new PutCommand({ TableName: TABLE, Item: { id: 'x', f: undefined, g: new (class Thing {})() } as any })))
      .rejects.toThrow(/Unsupported type|removeUndefinedValues/);
    const { Item } = await environment.client.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: '1' } } }) as never) as { Item: unknown };
    expect(Item).toEqual({ id: { S: '1' }, name: { S: 'Tea' } });
    expect((await get('1')).Item).toEqual({ id: '1', name: 'Tea' });
  });

  test('does not suppress Node.js\'s warnings for others who listen', () => {
    const listener = () => {};
    const outer = outside('node:process') as NodeJS.Process;
    outer.on('warning', listener);
    try {
      fixture.environmentOf();
      expect(outer.listeners('warning')).toContain(listener);
    } finally {
      outer.off('warning', listener);
    }
  });

  test('returns binary attributes in the AWS SDK\'s type', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await fixture.put({ id: 'bytes', bytes, set: new Set([bytes]), list: [bytes], map: { bytes } });
    const typesOf = (item: object | undefined) => {
      const { bytes: alone, set, list, map } = item as unknown as { bytes: object; set: Set<object>; list: object[]; map: { bytes: object } };
      return [alone, ...set, ...list, map.bytes].map((each) => [each.constructor.name, ...each as Uint8Array]);
    };
    const command = new GetCommand({ TableName: TABLE, Key: { id: 'bytes' } });
    const straight = typesOf((await fixture.straightClient().send(command)).Item);
    expect(straight).toEqual(Array.from({ length: 4 }, () => ['Uint8Array', 1, 2, 3]));
    expect(typesOf((await get('bytes')).Item)).toEqual(straight);
    // From the item cache.
    expect(typesOf((await get('bytes')).Item)).toEqual(straight);
    expect(environment.straight).toBe(0);
  });

  test('writes nothing if the signal is aborted before sending, and rejects as the AWS SDK does', async () => {
    const put = (client: typeof environment.client, abortSignal: AbortSignal) =>
      client.send(new PutCommand({ TableName: TABLE, Item: { id: 'aborted' } }), { abortSignal }).catch((error: Error) => error.name);
    expect(await put(fixture.straightClient(), AbortSignal.abort())).toBe('AbortError');
    expect(await put(environment.client, AbortSignal.abort())).toBe('AbortError');
    expect((await fixture.straightClient().send(new GetCommand({ TableName: TABLE, Key: { id: 'aborted' } }))).Item).toBeUndefined();
    expect(environment.endInvocation()).toEqual({});
    await put(environment.client, new AbortController().signal);
    expect((await get('aborted')).Item).toEqual({ id: 'aborted' });
  });
});
