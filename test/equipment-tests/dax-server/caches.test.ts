import { BatchWriteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type DaxClient, describeIfThere, DaxServerFixture } from './fixture';
import { DaxServer } from '../../equipment/dax-server';

const TableName = 'things';
const MINUTE_MS = 60_000;

describeIfThere('The caches of DAX', () => {
  let fixture: DaxServerFixture;
  let dax: DaxServer;
  let client: DaxClient;
  let next = 0;
  /** One that no test before has used. */
  let Key: { p: { S: string }; s: { N: string } };

  beforeAll(async () => {
    fixture = await DaxServerFixture.open();
    await fixture.table(TableName, { p: 'S', s: 'N' });
    dax = await fixture.serve({ itemTtlMs: 5 * MINUTE_MS, queryTtlMs: 2 * MINUTE_MS });
    client = fixture.connect(dax.endpoint);
  });

  beforeEach(() => {
    Key = { p: { S: `key ${next++}` }, s: { N: '1' } };
    dax.clearCaches();
    dax.resetCounts();
  });

  afterAll(() => fixture.close());

  const putStraight = (v: string) => fixture.straight('putItem', { TableName, Item: { ...Key, v: { S: v } } });
  const put = (v: string) => client.putItem({ TableName, Item: { ...Key, v: { S: v } } });
  const get = async (options = {}) => (await client.getItem({ TableName, Key, ...options })).Item?.v?.S;
  const query = async (options = {}) => (await client.query({
    TableName, KeyConditionExpression: 'p = :p', ExpressionAttributeValues: { ':p': Key.p }, ...options,
  })).Items?.map(({ v }) => v.S);

  describe('of items', () => {
    test('return what was read, until it is too old', async () => {
      await putStraight('old');
      expect(await get()).toBe('old');
      await putStraight('new');
      dax.advanceClock(5 * MINUTE_MS - 1000);
      expect(await get()).toBe('old');
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, itemCacheMisses: 1, originReads: 1, requests: { getItem: 2 } });
      dax.advanceClock(1000);
      expect(await get()).toBe('new');
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, itemCacheMisses: 2, originReads: 2 });
    });

    test('return that an item does not exist', async () => {
      expect(await get()).toBeUndefined();
      await putStraight('new');
      expect(await get()).toBeUndefined();
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, originReads: 1 });
      dax.advanceClock(5 * MINUTE_MS);
      expect(await get()).toBe('new');
    });

    test('return any projection of what was read', async () => {
      await putStraight('v');
      await get();
      expect(await client.getItem({ TableName, Key, ProjectionExpression: 's' })).toEqual({ Item: { s: Key.s } });
      expect(dax.counts).toMatchObject({ originReads: 1 });
    });

    test('recognize a number in any notation', async () => {
      await put('v');
      expect((await client.getItem({ TableName, Key: { p: Key.p, s: { N: '1.0' } } })).Item).toMatchObject({ v: { S: 'v' } });
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, originReads: 0 });
    });

    test('are written through', async () => {
      await put('one');
      expect(await get()).toBe('one');
      await client.updateItem({ TableName, Key, UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': { S: 'two' } } });
      expect(await get()).toBe('two');
      await client.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, v: { S: 'three' } } } }] } });
      expect(await get()).toBe('three');
      await client.deleteItem({ TableName, Key });
      expect(await get()).toBeUndefined();
      expect(dax.counts).toMatchObject({ originReads: 0, originWrites: 4, itemCacheHits: 4 });
    });

    test.each(['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'] as const)('include an item whose update returned %s', async (ReturnValues) => {
      await put('one');
      await client.updateItem({ TableName, Key, UpdateExpression: 'SET v = :v', ExpressionAttributeValues: { ':v': { S: 'two' } }, ReturnValues });
      expect(await get()).toBe('two');
    });

    test('include an item that a transaction wrote', async () => {
      await put('one');
      await client.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: { ...Key, v: { S: 'two' } } } }] });
      expect(await get()).toBe('two');
    });

    test('are not used by strongly consistent and transactional reads', async () => {
      await put('cached');
      await putStraight('new');
      expect(await get({ ConsistentRead: true })).toBe('new');
      expect((await client.transactGetItems({ TransactItems: [{ Get: { TableName, Key } }] })).Responses).toEqual([{ Item: { ...Key, v: { S: 'new' } } }]);
      expect(await get()).toBe('cached');
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, itemCacheMisses: 0, originReads: 2 });
    });

    test('leave to DynamoDB only what they lack of a batch', async () => {
      const Keys = ['1', '2', '3'].map((n) => ({ ...Key, s: { N: n } }));
      await client.putItem({ TableName, Item: { ...Keys[0], v: { S: 'v' } } });
      await client.batchGetItem({ RequestItems: { [TableName]: { Keys } } });
      expect(dax.counts).toMatchObject({ itemCacheHits: 1, itemCacheMisses: 2, originReads: 1 });
      const { Responses } = await client.batchGetItem({ RequestItems: { [TableName]: { Keys } } });
      expect(Responses).toEqual({ [TableName]: [{ ...Keys[0], v: { S: 'v' } }] });
      expect(dax.counts).toMatchObject({ itemCacheHits: 4, itemCacheMisses: 2, originReads: 1 });
      await client.batchGetItem({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
      expect(dax.counts).toMatchObject({ itemCacheHits: 4, itemCacheMisses: 2, originReads: 2 });
    });

    test('do not store a write that DynamoDB left unprocessed', async () => {
      // DynamoDB Local leaves none.
      const lazy = {
        send: async (command: GetItemCommand) => command instanceof BatchWriteItemCommand
          ? { UnprocessedItems: command.input.RequestItems, ItemCollectionMetrics: {} } : fixture.origin.send(command),
      } as unknown as DynamoDBClient;
      const itsClient = fixture.connect((await fixture.serve({ origin: lazy })).endpoint);
      await itsClient.putItem({ TableName, Item: { ...Key, v: { S: 'v' } } });
      const RequestItems = { [TableName]: [{ DeleteRequest: { Key } }] };
      expect(await itsClient.batchWriteItem({ RequestItems })).toEqual({ UnprocessedItems: RequestItems });
      expect((await itsClient.getItem({ TableName, Key })).Item).toMatchObject({ v: { S: 'v' } });
    });

    test('do not keep a read that a write has overtaken', async () => {
      const slow = new SlowReads(fixture.origin);
      const overtaken = await fixture.serve({ origin: slow as unknown as DynamoDBClient });
      const itsClient = fixture.connect(overtaken.endpoint);
      await putStraight('old');
      const read = itsClient.getItem({ TableName, Key });
      await slow.hasRead;
      await itsClient.putItem({ TableName, Item: { ...Key, v: { S: 'new' } } });
      slow.goOn();
      expect((await read).Item).toMatchObject({ v: { S: 'old' } });
      expect((await itsClient.getItem({ TableName, Key })).Item).toMatchObject({ v: { S: 'new' } });
    });
  });

  describe('of queries', () => {
    test('return what was read, until it is too old', async () => {
      await putStraight('old');
      expect(await query()).toEqual(['old']);
      await putStraight('new');
      dax.advanceClock(2 * MINUTE_MS - 1000);
      expect(await query()).toEqual(['old']);
      expect(dax.counts).toMatchObject({ queryCacheHits: 1, queryCacheMisses: 1, originReads: 1, requests: { query: 2 } });
      dax.advanceClock(1000);
      expect(await query()).toEqual(['new']);
    });

    test('ignore writes', async () => {
      await put('one');
      expect(await query()).toEqual(['one']);
      await put('two');
      expect(await query()).toEqual(['one']);
      expect(await query({ ConsistentRead: true })).toEqual(['two']);
      expect(await get()).toBe('two');
      expect(dax.counts).toMatchObject({ queryCacheHits: 1, queryCacheMisses: 1, itemCacheHits: 1, originReads: 2 });
    });

    test('are separate from those of items', async () => {
      await putStraight('v');
      await query();
      await get();
      expect(dax.counts).toMatchObject({ queryCacheMisses: 1, itemCacheMisses: 1, originReads: 2 });
    });

    test('compare all parts of a request', async () => {
      await putStraight('v');
      for (const options of [{}, { Limit: 5 }, { ScanIndexForward: false }, { FilterExpression: 'v = :v', ExpressionAttributeValues: { ':p': Key.p, ':v': { S: 'v' } } }]) {
        expect(await query(options)).toEqual(['v']);
      }
      expect(dax.counts).toMatchObject({ queryCacheHits: 0, queryCacheMisses: 4 });
      await query({ Limit: 5 });
      expect(dax.counts).toMatchObject({ queryCacheHits: 1 });
    });

    test('return scans, too', async () => {
      await client.scan({ TableName });
      await client.scan({ TableName });
      await client.scan({ TableName, ConsistentRead: true });
      expect(dax.counts).toMatchObject({ queryCacheHits: 1, queryCacheMisses: 1, originReads: 2, requests: { scan: 3 } });
    });
  });

  test('report no consumed capacity for cached results', async () => {
    await put('v');
    for (const ReturnConsumedCapacity of ['TOTAL', 'INDEXES'] as const) {
      expect(await client.getItem({ TableName, Key, ReturnConsumedCapacity })).toHaveProperty('ConsumedCapacity', { TableName, CapacityUnits: 0 });
    }
  });

  test('are each node\'s own, and writes reach all nodes', async () => {
    const cluster = await fixture.serve({ nodes: 2 });
    const itsClient = fixture.connect(cluster.endpoint);
    const getOften = async () => {
      for (let times = 0; times < 40; times++) {
        await itsClient.getItem({ TableName, Key });
      }
    };
    await putStraight('v');
    await getOften();
    // The client takes one of them by chance.
    expect(cluster.counts).toMatchObject({ itemCacheMisses: 2, itemCacheHits: 38 });
    await itsClient.putItem({ TableName, Item: { ...Key, v: { S: 'new' } } });
    await getOften();
    expect(cluster.counts).toMatchObject({ itemCacheMisses: 2, itemCacheHits: 78 });
  });
});

/** A DynamoDB that answers gets when the test releases them: a real one's delay cannot be chosen. */
class SlowReads {
  private itHasRead!: () => void;
  public readonly hasRead = new Promise<void>((resolve) => {
    this.itHasRead = resolve;
  });

  public goOn!: () => void;
  private readonly mayGoOn = new Promise<void>((resolve) => {
    this.goOn = resolve;
  });

  public constructor(private readonly client: DynamoDBClient) {}

  public async send(command: GetItemCommand): Promise<unknown> {
    const output = await this.client.send(command);
    if (command instanceof GetItemCommand) {
      this.itHasRead();
      await this.mayGoOn;
    }
    return output;
  }
}
