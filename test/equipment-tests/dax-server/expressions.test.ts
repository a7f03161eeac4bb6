import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describeIfThere, DaxServerFixture } from './fixture';
import { Twins } from './twins';

const ITEMS = [1, 2, 3, 4].map((n) => ({
  p: { S: 'a' },
  s: { N: String(n) },
  title: { S: `title ${n}` },
  pieces: { L: [{ N: String(n) }, { S: 'two' }] },
  nest: { M: { twig: { M: { leaf: { N: String(-n) } } } } },
  tints: { SS: n % 2 === 0 ? ['red'] : ['red', 'blue'] },
  ...(n > 2 && { extra: { BOOL: true } }),
}));
const NAMES = { '#title': 'title', '#pieces': 'pieces' };
const VALUES: Record<string, AttributeValue> = {
  ':one': { N: '1' },
  ':three': { N: '3.0' },
  ':title': { S: 'title 2' },
  ':ti': { S: 'ti' },
  ':red': { S: 'red' },
  ':blue': { S: 'blue' },
  ':S': { S: 'S' },
  ':list': { L: [{ S: 'x' }] },
  ':set': { SS: ['blue', 'green'] },
  ':neg': { N: '-2' },
  ':true': { BOOL: true },
};

/** Only the names and values that an expression uses: DynamoDB wants no others. */
function attributesOf(expression: string) {
  const used = <T>(all: Record<string, T>) => {
    const entries = Object.entries(all).filter(([name]) => expression.split(/[^\w#:]/).includes(name));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  return { ExpressionAttributeNames: used(NAMES), ExpressionAttributeValues: used(VALUES) };
}

describeIfThere('Expressions mean the same through DAX as to DynamoDB:', () => {
  let fixture: DaxServerFixture;
  let twins: Twins;

  beforeAll(async () => {
    fixture = await DaxServerFixture.open();
    twins = await Twins.create(fixture);
    await twins.put(...ITEMS);
  });

  afterAll(() => fixture.close());

  const CONDITIONS = [
    's = :one', 's <> :one', 's < :three', 's <= :three', 's > :three', 's >= :three', ':one = s', 's BETWEEN :one AND :three', 's IN (:one, :three)',
    '#title IN (:title)', 'attribute_exists(extra)', 'attribute_not_exists(extra)', 'attribute_type(#title, :S)', 'begins_with(#title, :ti)',
    'contains(tints, :blue)', 'contains(#title, :ti)', 'size(tints) > :one', ':one < size(#pieces)', '#pieces[0] = :one', 'nest.twig.leaf = :neg',
    'nest.twig.leaf < s', 'extra = :true', 'NOT s = :one', 'NOT attribute_exists(nest.twig)', 'attribute_exists(#pieces[1])', 'size(nest) = :one',
  ];

  test.each(CONDITIONS)('%s', async (FilterExpression) => {
    const found = await twins.same('scan', (TableName) => ({ TableName, FilterExpression, ...attributesOf(FilterExpression) }));
    expect(found).not.toHaveProperty('failure');
  });

  /** Whatever the parser allows: with parentheses where they are needed, and where they aren't. */
  const conditions = fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { depthSize: 'medium', maxDepth: 4 },
      fc.constantFrom(...CONDITIONS),
      fc.tuple(tie('all'), fc.constantFrom('AND', 'OR', 'and', 'or'), tie('all')).map((parts) => parts.join(' ')),
      fc.tuple(tie('all'), fc.constantFrom('AND', 'OR'), tie('all')).map(([one, operator, other]) => `(${one}) ${operator} (${other})`),
      tie('all').map((one) => `NOT (${one})`),
      tie('all').map((one) => `NOT ${one}`),
    ),
  })).all.filter((text) => text.length < 2000);

  test('conditions of any shape', async () => {
    await fc.assert(fc.asyncProperty(conditions, async (FilterExpression) => {
      await twins.same('scan', (TableName) => ({ TableName, FilterExpression, ...attributesOf(FilterExpression) }));
    }), { numRuns: 100 });
  });

  test.each([
    'SET #title = :one', 'SET a1 = s + :one, a2 = :three - s', 'SET a3 = if_not_exists(a3, :one)', 'SET a3 = if_not_exists(a4, :one) + :three',
    'SET #pieces = list_append(#pieces, :list)', 'SET a5 = list_append(:list, if_not_exists(a6, :list))', 'SET #pieces[0] = :title, #pieces[7] = nest.twig',
    'SET nest.twig.leaf = :list, nest.bud = :set', 'REMOVE #pieces[1], nest.twig', 'ADD s2 :one, tints :set', 'DELETE tints :set',
    'REMOVE extra SET a7 = :true DELETE tints :set ADD amount :neg', 'add amount :one set a8 = :one', 'SET a9 = :one, a10 = :one, a11 = :three',
  ])('%s', async (UpdateExpression) => {
    for (const { p, s } of ITEMS) {
      const updated = await twins.same('updateItem', (TableName) => ({
        TableName, Key: { p, s }, UpdateExpression, ...attributesOf(UpdateExpression), ReturnValues: 'ALL_NEW',
      }));
      expect(updated).not.toHaveProperty('failure');
    }
  });

  test('update and condition in one request, with names and values that both use', async () => {
    const [UpdateExpression, ConditionExpression] = ['SET #title = :title, a12 = :one', 'NOT (#title = :title AND s = :one) OR s >= :three'];
    for (const { p, s } of ITEMS) {
      await twins.same('updateItem', (TableName) => ({
        TableName, Key: { p, s }, UpdateExpression, ConditionExpression, ...attributesOf(`${UpdateExpression} ${ConditionExpression}`),
      }));
    }
    await twins.expectSameTables();
  });

  test('key condition, filter and projection in one request', async () => {
    const expressions = {
      KeyConditionExpression: 'p = :ti2 AND s BETWEEN :one AND :three',
      FilterExpression: 'contains(tints, :red) AND begins_with(#title, :ti)',
      ProjectionExpression: '#title, #pieces[1], nest.twig',
    };
    const { ExpressionAttributeNames, ExpressionAttributeValues } = attributesOf(Object.values(expressions).join(' '));
    await twins.same('query', (TableName) => ({
      TableName, ...expressions, ExpressionAttributeNames, ExpressionAttributeValues: { ...ExpressionAttributeValues, ':ti2': { S: 'a' } },
    }));
  });
});
