import { ITEMS, KEY, NOBODY } from './a-few-items';
import { describeIfThere } from './fixture';
import { type Twins, twinsOf } from './twins';

const CAPACITIES = ['NONE', 'TOTAL', 'INDEXES'];

describeIfThere('Through DAX as directly to DynamoDB:', () => {
  let twins: Twins;

  twinsOf(ITEMS, (made) => {
    twins = made;
  });

  describe('GetItem', () => {
    test.each([{}, { ConsistentRead: true }, { ConsistentRead: false }])('of existing and missing items: %j', async (options) => {
      expect(await twins.same('getItem', (TableName) => ({ TableName, Key: KEY, ...options }))).toHaveProperty('Item');
      expect(await twins.same('getItem', (TableName) => ({ TableName, Key: NOBODY, ...options }))).not.toHaveProperty('Item');
    });

    test.each([
      'title', 'p, s', 'title, absent', 'absent', 'pieces[0]', 'pieces[2].deep', 'pieces[2], pieces[0]', 'nest.twig.x', 'nest.twig, #n', 'nest.absent.x, pieces[9]',
    ])('with the projection %s', async (ProjectionExpression) => {
      const names = ProjectionExpression.includes('#n') ? { ExpressionAttributeNames: { '#n': 'title' } } : {};
      for (const ConsistentRead of [true, false, false]) {
        await twins.same('getItem', (TableName) => ({ TableName, Key: KEY, ProjectionExpression, ConsistentRead, ...names }));
      }
    });

    test('with the legacy AttributesToGet', async () => {
      await twins.same('getItem', (TableName) => ({ TableName, Key: KEY, AttributesToGet: ['title', 'tints'] }));
    });

    test('with a projection whose paths overlap', async () => {
      const { failure } = await twins.same('getItem', (TableName) => ({ TableName, Key: KEY, ProjectionExpression: 'nest, nest.twig' }));
      expect(failure).toBe('ValidationException');
    });

    test.each(CAPACITIES)('with the consumed capacity %s', async (ReturnConsumedCapacity) => {
      await twins.same('getItem', (TableName) => ({ TableName, Key: KEY, ReturnConsumedCapacity, ConsistentRead: true }));
    });
  });

  const RETURN_VALUES = ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'];

  describe('Writes', () => {
    test.each(RETURN_VALUES)('return %s', async (ReturnValues) => {
      for (const Key of [KEY, NOBODY]) {
        await twins.same('updateItem', (TableName) => ({
          TableName,
          Key,
          ReturnValues,
          UpdateExpression: 'SET #n = :n, fresh = :l REMOVE tints ADD #c :one',
          ExpressionAttributeNames: { '#n': 'title', '#c': 'amount' },
          ExpressionAttributeValues: { ':n': { S: 'new' }, ':l': { L: [{ N: '1' }, { NULL: true }] }, ':one': { N: '1' } },
        }));
        await twins.same('putItem', (TableName) => ({ TableName, Item: { ...Key, title: { S: 'put' } }, ReturnValues }));
        await twins.same('deleteItem', (TableName) => ({ TableName, Key, ReturnValues }));
      }
      await twins.expectSameTables();
    });

    test('of nothing but the key', async () => {
      await twins.same('putItem', (TableName) => ({ TableName, Item: KEY, ReturnValues: 'ALL_OLD' }));
      await twins.same('updateItem', (TableName) => ({ TableName, Key: NOBODY, ReturnValues: 'ALL_NEW' }));
      await twins.same('getItem', (TableName) => ({ TableName, Key: NOBODY }));
      await twins.expectSameTables();
    });

    test.each(['putItem', 'updateItem', 'deleteItem'] as const)('%s only on a condition', async (operation) => {
      const request = (condition: string) => (TableName: string) => ({
        TableName, ConditionExpression: condition, ...(operation === 'putItem' ? { Item: { ...KEY, title: { S: 'x' } } } : { Key: KEY }),
      });
      expect(await twins.same(operation, request('attribute_not_exists(p)'))).toMatchObject({ failure: 'ConditionalCheckFailedException' });
      expect(await twins.same(operation, request('attribute_exists(tints)'))).not.toHaveProperty('failure');
      await twins.expectSameTables();
    });

    test.each(CAPACITIES)('report the consumed capacity %s', async (ReturnConsumedCapacity) => {
      await twins.same('putItem', (TableName) => ({ TableName, Item: ITEMS[0], ReturnConsumedCapacity, ReturnItemCollectionMetrics: 'SIZE' }));
      await twins.same('updateItem', (TableName) => ({ TableName, Key: KEY, ReturnConsumedCapacity, ReturnItemCollectionMetrics: 'SIZE' }));
      await twins.same('deleteItem', (TableName) => ({ TableName, Key: KEY, ReturnConsumedCapacity, ReturnItemCollectionMetrics: 'SIZE' }));
    });

    test('with the legacy Expected and AttributeUpdates', async () => {
      await twins.same('updateItem', (TableName) => ({
        TableName,
        Key: KEY,
        AttributeUpdates: { title: { Action: 'PUT', Value: { S: 'legacy' } }, tints: { Action: 'DELETE', Value: { SS: ['red'] } } },
        Expected: { rank: { ComparisonOperator: 'EQ', AttributeValueList: [{ N: '8' }] } },
        ReturnValues: 'ALL_NEW',
      }));
      await twins.expectSameTables();
    });

    test('that DynamoDB rejects', async () => {
      const bad = [
        { UpdateExpression: 'SET p = :v' }, { UpdateExpression: 'SET #n = :v, #n.x = :v', ExpressionAttributeNames: { '#n': 'title' } },
        { UpdateExpression: 'SET pieces[0].x.y = :v' }, { UpdateExpression: 'ADD #n :v', ExpressionAttributeNames: { '#n': 'title' } },
      ];
      for (const each of bad) {
        const { failure } = await twins.same('updateItem', (TableName) => ({ TableName, Key: KEY, ExpressionAttributeValues: { ':v': { S: 'v' } }, ...each }));
        expect(failure).toBe('ValidationException');
      }
      await twins.expectSameTables();
    });
  });

  describe('Query', () => {
    const OF_A = { KeyConditionExpression: 'p = :p', ExpressionAttributeValues: { ':p': { S: 'a' } } };

    test.each([
      {}, { ScanIndexForward: false }, { Limit: 2 }, { ConsistentRead: true }, { Select: 'COUNT' }, { Select: 'ALL_ATTRIBUTES' },
      { ProjectionExpression: 's, pieces[2].deep, nest.twig' }, { IndexName: 'by-rank' }, { IndexName: 'by-rank', Limit: 1 },
      { IndexName: 'by-rank', ProjectionExpression: 'tints, pieces[1]' }, { IndexName: 'by-rank', Select: 'ALL_ATTRIBUTES' },
      { ReturnConsumedCapacity: 'TOTAL' }, { ReturnConsumedCapacity: 'INDEXES', IndexName: 'by-rank' },
    ])('with %j', async (options) => {
      await twins.same('query', (TableName) => ({ TableName, ...OF_A, ...options }));
    });

    test.each(['s = :s', 's < :s', 's <= :s', 's > :s', 's >= :s', 's BETWEEN :o AND :s'])('where the sort key is: %s', async (condition) => {
      await twins.same('query', (TableName) => ({
        TableName,
        KeyConditionExpression: `p = :p AND ${condition}`,
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':s': { N: '2' }, ...(condition.includes(':o') && { ':o': { N: '-1e3' } }) },
      }));
    });

    test.each(['by-kind', 'by-rank', undefined])('page by page, by the index %s', async (IndexName) => {
      const [name, value] = IndexName === 'by-kind' ? ['kind', 'odd'] : ['p', 'a'];
      let ExclusiveStartKey: unknown;
      let pages = 0;
      do {
        const page = await twins.same('query', (TableName) => ({
          TableName,
          Limit: 1,
          KeyConditionExpression: `${name} = :v`,
          ExpressionAttributeValues: { ':v': { S: value } },
          ...(IndexName !== undefined && { IndexName }),
          ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
        }));
        ExclusiveStartKey = page.LastEvaluatedKey;
        pages++;
      } while (ExclusiveStartKey !== undefined);
      expect(pages).toBe(4);
    });

    test('that DynamoDB rejects', async () => {
      const { failure } = await twins.same('query', (TableName) => ({ TableName, ...OF_A, KeyConditionExpression: 'kind = :p' }));
      expect(failure).toBe('ValidationException');
    });

    test('with the legacy KeyConditions', async () => {
      await twins.same('query', (TableName) => ({
        TableName,
        KeyConditions: { p: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } },
        QueryFilter: { title: { ComparisonOperator: 'CONTAINS', AttributeValueList: [{ S: '2' }] } },
      }));
    });
  });

  describe('Scan', () => {
    test.each([
      {}, { Limit: 3 }, { Select: 'COUNT' }, { ConsistentRead: true }, { IndexName: 'by-kind' }, { IndexName: 'by-kind', Limit: 1 },
      { ProjectionExpression: 'nest.twig.x, p' }, { ReturnConsumedCapacity: 'TOTAL' }, { Segment: 0, TotalSegments: 2 }, { Segment: 1, TotalSegments: 2 },
      { AttributesToGet: ['title'], ScanFilter: { rank: { ComparisonOperator: 'GT', AttributeValueList: [{ N: '7' }] } } },
    ])('with %j', async (options) => {
      await twins.same('scan', (TableName) => ({ TableName, ...options }));
    });

    test('continues after the last key', async () => {
      const { LastEvaluatedKey } = await twins.same('scan', (TableName) => ({ TableName, Limit: 2 }));
      const { Items } = await twins.same('scan', (TableName) => ({ TableName, ExclusiveStartKey: LastEvaluatedKey }));
      expect(Items).toHaveLength(3);
    });
  });
});
