import fc from 'fast-check';
import { comparable, type DaxClient, describeIfThere, DaxServerFixture } from './fixture';
import { items } from './items';
import type { DaxServer } from '../../equipment/dax-server';

const KEY_TYPES = ['S', 'N', 'B', 'SS', 'SN', 'SB', 'NN', 'BS', 'NB'];

describeIfThere('Items of every type, through DAX', () => {
  let fixture: DaxServerFixture;
  let dax: DaxServer;
  let client: DaxClient;

  beforeAll(async () => {
    fixture = await DaxServerFixture.open();
    dax = await fixture.serve();
    client = fixture.connect(dax.endpoint);
    await Promise.all(KEY_TYPES.map((types) => fixture.table(`of-${types}`, Object.fromEntries([...types].map((type, at) => ['ps'[at], type])))));
  });

  afterAll(() => fixture.close());

  test.each(KEY_TYPES)('are what DynamoDB has, with a key of %s', async (types) => {
    const TableName = `of-${types}`;
    await fc.assert(fc.asyncProperty(items(types), async ({ key: Key, item: Item }) => {
      await client.putItem({ TableName, Item });
      const written = comparable({ Item: { ...(await fixture.straight('getItem', { TableName, Key })).Item, ...Key } });
      const hits = dax.counts.itemCacheHits;
      // As they were written through, and as they were read.
      expect(comparable(await client.getItem({ TableName, Key }))).toEqual(written);
      expect(dax.counts.itemCacheHits).toBe(hits + 1);
      dax.clearCaches();
      expect(comparable(await client.getItem({ TableName, Key }))).toEqual(written);
      expect(comparable(await client.scan({ TableName }))).toEqual(comparable(await fixture.straight('scan', { TableName })));
      await client.deleteItem({ TableName, Key });
      expect(await fixture.straight('getItem', { TableName, Key })).not.toHaveProperty('Item');
    }), { numRuns: 30 });
  });

  test('show numbers in DynamoDB\'s own notation', async () => {
    const texts = ['0', '-0', '1', '-1.50', '9007199254740993', '1E37', '-12345678901234567890123456789012345678', '0.000001', '1.25E2', '9.9E125'];
    const Item = { p: { S: 'numbers' }, ...Object.fromEntries(texts.map((N) => [`of ${N}`, { N }])) };
    await client.putItem({ TableName: 'of-S', Item });
    const Key = { p: Item.p };
    expect(await client.getItem({ TableName: 'of-S', Key })).toEqual({ Item: (await fixture.straight('getItem', { TableName: 'of-S', Key })).Item });
  });
});
