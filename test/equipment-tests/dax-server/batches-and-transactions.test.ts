import { ITEMS, KEY, NOBODY } from './a-few-items';
import { describeIfThere, type DaxServerFixture } from './fixture';
import { type Twins, twinsOf } from './twins';

describeIfThere('Through DAX as directly to DynamoDB:', () => {
  let fixture: DaxServerFixture;
  let twins: Twins;

  twinsOf(ITEMS, (made, current) => {
    twins = made;
    fixture = current;
  });

  describe('Batches', () => {
    const keys = ITEMS.map(({ p, s }) => ({ p, s }));

    /** DynamoDB answers in the order it likes. */
    const sorted = (TableName: string, { Responses }: any) => Responses[TableName].map((item: any) => JSON.stringify(item.title)).sort();

    test.each([{}, { ConsistentRead: true }, { ProjectionExpression: '#n, pieces[2].deep', ExpressionAttributeNames: { '#n': 'title' } }])('of gets, with %j', async (options) => {
      // The second time from the item cache.
      for (const _ of [1, 2]) {
        await twins.client.getItem({ TableName: 'through-dax', Key: keys[1] });
        const viaDax: any = await twins.client.batchGetItem({ RequestItems: { 'through-dax': { Keys: [...keys, NOBODY], ...options } } });
        const straight: any = await fixture.straight('batchGetItem', { RequestItems: { straight: { Keys: [...keys, NOBODY], ...options } } });
        expect(viaDax.UnprocessedKeys).toEqual({});
        expect(sorted('through-dax', viaDax)).toEqual(sorted('straight', straight));
      }
    });

    test('of one get', async () => {
      for (const _ of [1, 2]) {
        await twins.same('batchGetItem', (table) => ({ RequestItems: { [table]: { Keys: [KEY] } } }));
        await twins.same('batchGetItem', (table) => ({ RequestItems: { [table]: { Keys: [NOBODY] } } }));
      }
      await twins.same('batchGetItem', (table) => ({ RequestItems: { [table]: { Keys: [KEY], ConsistentRead: true } }, ReturnConsumedCapacity: 'TOTAL' }));
    });

    test('of gets that exceed one response', async () => {
      // DynamoDB sends at most 16 MB at a time.
      const big = Array.from({ length: 45 }, (_, n) => ({ p: { S: 'big' }, s: { N: String(n) }, bytes: { B: Buffer.alloc(390_000, n) } }));
      await twins.put(...big);
      const Keys = big.map(({ p, s }) => ({ p, s }));
      const { Responses, UnprocessedKeys } = await twins.client.batchGetItem({ RequestItems: { 'through-dax': { Keys } } });
      const left = UnprocessedKeys!['through-dax'].Keys!;
      expect(left.length).toBeGreaterThan(0);
      expect(Responses!['through-dax'].length + left.length).toBe(big.length);
      // What was left is not taken for what is not there.
      const rest = await twins.client.batchGetItem({ RequestItems: { 'through-dax': { Keys: left } } });
      expect(rest.Responses!['through-dax']).toHaveLength(left.length);
    });

    test('of gets that repeat a key', async () => {
      const { failure } = await twins.same('batchGetItem', (table) => ({ RequestItems: { [table]: { Keys: [KEY, KEY] } } }));
      expect(failure).toBe('ValidationException');
    });

    test('of writes', async () => {
      const result = await twins.same('batchWriteItem', (table) => ({
        RequestItems: { [table]: [{ PutRequest: { Item: { ...NOBODY, title: { S: 'somebody' } } } }, { DeleteRequest: { Key: KEY } }, { PutRequest: { Item: keys[2] } }] },
        ReturnConsumedCapacity: 'TOTAL',
      }));
      expect(result.UnprocessedItems).toEqual({});
      await twins.expectSameTables();
      for (const Key of [NOBODY, KEY, keys[2]]) {
        await twins.same('getItem', (TableName) => ({ TableName, Key }));
      }
    });

    test('of writes that DynamoDB rejects', async () => {
      const { failure } = await twins.same('batchWriteItem', (table) => ({ RequestItems: { [table]: [{ DeleteRequest: { Key: KEY } }, { DeleteRequest: { Key: KEY } }] } }));
      expect(failure).toBe('ValidationException');
      await twins.expectSameTables();
    });
  });

  describe('Transactions', () => {
    test('get', async () => {
      await twins.same('transactGetItems', (TableName) => ({
        TransactItems: [
          { Get: { TableName, Key: KEY } }, { Get: { TableName, Key: NOBODY } },
          { Get: { TableName, Key: { p: { S: 'b' }, s: { N: '4' } }, ProjectionExpression: 'pieces[2].deep, tints' } },
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }));
    });

    const WRITES = (TableName: string) => [
      { Put: { TableName, Item: { ...NOBODY, title: { S: 'somebody' } }, ConditionExpression: 'attribute_not_exists(p)' } },
      {
        Update: {
          TableName,
          Key: KEY,
          UpdateExpression: 'SET #n = :n',
          ConditionExpression: '#n = :old',
          ExpressionAttributeNames: { '#n': 'title' },
          ExpressionAttributeValues: { ':n': { S: 'new' }, ':old': { S: 'name 2' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { Delete: { TableName, Key: { p: { S: 'b' }, s: { N: '4' } } } },
      { ConditionCheck: { TableName, Key: { p: { S: 'b' }, s: { N: '5' } }, ConditionExpression: 'attribute_exists(tints)' } },
    ];

    test('write', async () => {
      await twins.same('getItem', (TableName) => ({ TableName, Key: KEY }));
      await twins.same('transactWriteItems', (TableName) => ({
        TransactItems: WRITES(TableName), ReturnConsumedCapacity: 'TOTAL', ReturnItemCollectionMetrics: 'SIZE',
      }));
      await twins.expectSameTables();
      await twins.same('getItem', (TableName) => ({ TableName, Key: KEY }));
    });

    test('are cancelled, with the reasons', async () => {
      await twins.put({ ...KEY, title: { S: 'another' } });
      const { failure, reasons } = await twins.same('transactWriteItems', (TableName) => ({ TransactItems: WRITES(TableName) }));
      expect(failure).toBe('TransactionCanceledException');
      expect(reasons).toMatchObject([{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { ...KEY, title: { S: 'another' } } }, {}, {}]);
      await twins.expectSameTables();
    });
  });
});
