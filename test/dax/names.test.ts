/** @jest-environment ./test/dax/outside-environment.ts */
import { describeWithDynamoDb, type Environment, lib, outside, DaxFixture } from './fixture';
import { TABLE } from './table';

const { GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } = lib;

/** The AWS SDK loses it, with DAX or without. */
const LOST_ANYWAY = '__proto__';

/** What every object inherits, and what DAX's client has in items while it decodes them. */
const AWKWARD = [...Object.getOwnPropertyNames(Object.prototype), '_attrListId', '_anonymousAttributeValues', 'L', 'M'].filter((name) => name !== LOST_ANYWAY);

describeWithDynamoDb('attributes of any name, through DAX', () => {
  let fixture: DaxFixture;
  let environment: Environment;
  let straight: ReturnType<DaxFixture['straightClient']>;

  beforeAll(async () => {
    fixture = await DaxFixture.start();
    // The SDK reads the class of an item from its `constructor`.
    const translation = { marshallOptions: { convertClassInstanceToMap: true } };
    straight = fixture.straightClient(translation);
    // A busy machine is no fault of DAX.
    environment = fixture.environmentOf({ connectTimeoutMs: 10_000, readTimeoutMs: 10_000, writeTimeoutMs: 10_000 }, translation);
  }, 60_000);

  afterAll(() => fixture.stop());

  beforeEach(() => {
    fixture.dax.clearCaches();
    environment.endInvocation();
    environment.straight = 0;
  });

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any command that reads.
  const expectSame = async (command: () => any) => {
    const expected = await straight.send(command()) as Record<string, unknown>;
    const { Item, Items } = await environment.client.send(command()) as Record<string, unknown>;
    expect({ Item, Items }).toEqual({ Item: expected.Item, Items: expected.Items });
  };

  describe.each(AWKWARD)('%s:', (name) => {
    const Key = { id: name };
    const names = { ExpressionAttributeNames: { '#n': name } };

    test.each([
      ['alone', { [name]: 1 }],
      ['in maps and lists', { [name]: { [name]: 1, beside: [2, 3, { [name]: 'a', beside: ['b', 'c'] }] }, beside: 3 }],
    ])('%s', async (_where, attributes) => {
      const Item: Record<string, unknown> = { ...Key, ...attributes };
      await environment.client.send(new PutCommand({ TableName: TABLE, Item }));
      const { Attributes: old } = await environment.client.send(new PutCommand({ TableName: TABLE, Item, ReturnValues: 'ALL_OLD' }));
      expect(old).toEqual(Item);
      const { Attributes: set } = await environment.client.send(new UpdateCommand({
        TableName: TABLE, Key, UpdateExpression: 'SET #n = :n', ...names, ExpressionAttributeValues: { ':n': Item[name] }, ReturnValues: 'UPDATED_NEW',
      }));
      expect(set).toEqual({ [name]: Item[name] });
      // First as DAX has it, then as DynamoDB has it.
      await expectSame(() => new GetCommand({ TableName: TABLE, Key }));
      fixture.dax.clearCaches();
      await expectSame(() => new GetCommand({ TableName: TABLE, Key }));
      await expectSame(() => new ScanCommand({ TableName: TABLE }));
      await expectSame(() => new QueryCommand({ TableName: TABLE, KeyConditionExpression: `id = :${name}`, ExpressionAttributeValues: { [`:${name}`]: name } }));
      for (const ProjectionExpression of ['#n', '#n.#n', 'id, #n.beside[2].#n', '#n . beside[2] . beside[1], #n.beside[0]']) {
        await expectSame(() => new GetCommand({ TableName: TABLE, Key, ProjectionExpression, ...names }));
      }
      expect(environment.warnings).toEqual([]);
      expect(environment.straight).toBe(0);
      expect(environment.endInvocation()).toEqual({ daxCalls: 11 });
    });
  });

  test('a name in an expression without a placeholder', async () => {
    await fixture.put({ id: 'plain', toString: { valueOf: 1 } });
    await expectSame(() => new GetCommand({ TableName: TABLE, Key: { id: 'plain' }, ProjectionExpression: 'toString.valueOf' }));
    expect(environment.straight).toBe(0);
  });

  test('no request changes what all objects inherit', async () => {
    await environment.client.send(new GetCommand({
      TableName: TABLE, Key: { id: '1' }, ProjectionExpression: '#n.a', ExpressionAttributeNames: { '#n': LOST_ANYWAY },
    }));
    expect((outside('node:vm') as typeof import('node:vm')).runInThisContext('({}).M')).toBeUndefined();
  });
});
