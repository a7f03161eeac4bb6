/** @jest-environment ./test/dax/outside-environment.ts */
import { describeWithDynamoDb, type Environment, lib, DaxFixture } from './fixture';
import { TABLE } from './table';

const { DeleteCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } = lib;

/** Timeouts that a test can wait for, and that no healthy server on this machine exceeds by much. */
const TIMES = { connectTimeoutMs: 1_000, readTimeoutMs: 300, writeTimeoutMs: 600, budgetMs: 60_000 };

describeWithDynamoDb('when DAX', () => {
  let fixture: DaxFixture;
  let environment: Environment;

  beforeAll(async () => {
    fixture = await DaxFixture.start();
  }, 60_000);

  afterAll(() => fixture.stop());

  beforeEach(async () => {
    fixture.dax.clearCaches();
    environment = fixture.environmentOf(TIMES);
    // Its connection is open, and the client has the table's key schema and its attribute lists.
    await put({ Item: { id: '1', name: 'Tea', count: 0 } });
    await get();
    environment.forgetCounts();
  });

  afterEach(async () => {
    environment.wake();
    fixture.dax.heal();
    await fixture.dax.set('serve');
  });

  const get = async () => (await environment.client.send(new GetCommand({ TableName: TABLE, Key: { id: '1' } }))).Item;
  const put = (more = {}) => environment.client.send(new PutCommand({ TableName: TABLE, Item: { id: '1', name: 'Coffee', count: 0 }, ...more }));
  const increment = () => environment.client.send(new UpdateCommand({
    TableName: TABLE, Key: { id: '1' }, UpdateExpression: 'ADD #c :one', ExpressionAttributeNames: { '#c': 'count' }, ExpressionAttributeValues: { ':one': 1 },
  }));
  const transact = () => environment.client.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: TABLE, Item: { id: '2' } } }] }));

  /** What is in the table itself. */
  const stored = async () => {
    const plain = fixture.straightClient();
    return (await plain.send(new GetCommand({ TableName: TABLE, Key: { id: '1' }, ConsistentRead: true }))).Item;
  };

  describe('refuses connections', () => {
    beforeEach(() => fixture.dax.set('refuse'));

    test('reads return what the table has', async () => {
      expect(await get()).toMatchObject({ name: 'Tea' });
      expect(environment.endInvocation()).toEqual({ daxErrors: 2, daxRetries: 1, daxFallbacks: 1 });
      const { hostname, port } = new URL(fixture.dax.endpoint);
      // Once for each kind of error: when the client has given its only node up, there is no route left.
      expect(environment.warnings[0]).toMatch(new RegExp(`DAX failed; requests go to DynamoDB instead: ${hostname}:${port}: .*ECONN`));
      expect(environment.warnings.length).toBeLessThanOrEqual(2);
      expect(environment.warnings.every((warning) => warning.includes(`${hostname}:${port}: `))).toBe(true);
    });

    test('it is skipped after three failures in a row', async () => {
      for (let i = 0; i < 3; i++) {
        await get();
      }
      environment.endInvocation();

      expect(await get()).toMatchObject({ name: 'Tea' });

      expect(environment.endInvocation()).toEqual({ daxSkips: 1, daxFallbacks: 1 });
    });
  });

  describe('refuses connections from the start', () => {
    test('writes of every kind are done once, by DynamoDB', async () => {
      await fixture.dax.set('refuse');
      environment = fixture.environmentOf(TIMES);

      await increment();
      await put({ ConditionExpression: '#n = :tea', ExpressionAttributeNames: { '#n': 'name' }, ExpressionAttributeValues: { ':tea': 'Tea' } });
      await increment();
      await transact();

      expect(await stored()).toEqual({ id: '1', name: 'Coffee', count: 1 });
      expect(environment.endInvocation()).toMatchObject({ daxFallbacks: 4 });
    });

    test('it is used as soon as it is back', async () => {
      await fixture.dax.set('refuse');
      environment = fixture.environmentOf(TIMES);
      await get();
      await fixture.dax.set('serve');
      environment.endInvocation();

      await get();

      expect(environment.endInvocation()).toEqual({ daxCalls: 1 });
    });
  });

  describe.each(['close', 'reset'] as const)('loses its connections (%s), and takes new ones', (mode) => {
    beforeEach(async () => {
      await fixture.dax.set(mode);
      await fixture.dax.set('serve');
    });

    test('no caller notices', async () => {
      expect(await get()).toMatchObject({ name: 'Tea' });
      await put();
      expect(await stored()).toMatchObject({ name: 'Coffee' });
      const { daxCalls, daxFallbacks } = environment.endInvocation();
      expect({ daxCalls, daxFallbacks }).toEqual({ daxCalls: 2, daxFallbacks: undefined });
    });

    test('a closed connection is neither used again nor waited for', async () => {
      // Meanwhile the client receives the end.
      await stored();
      expect(await get()).toMatchObject({ name: 'Tea' });
      expect(environment.endInvocation()).toEqual({ daxCalls: 1 });
    });

    test('a write that must not be repeated is sent once', async () => {
      environment.sleep();

      await increment();

      expect(await stored()).toMatchObject({ count: 1 });
      expect(environment.endInvocation()).toMatchObject({ daxCalls: 1 });
    });
  });

  describe('does not answer', () => {
    beforeEach(() => fixture.dax.set('hang'));

    test('a signal ends the wait, and an unsent request stays unsent', async () => {
      const controller = new AbortController();
      const patient = fixture.environmentOf({ connectTimeoutMs: 60_000, readTimeoutMs: 60_000, writeTimeoutMs: 60_000, budgetMs: 600_000 });
      const { signal: abortSignal } = controller;
      const write = patient.client.send(new PutCommand({ TableName: TABLE, Item: { id: '1', name: 'Milk', count: 0 } }), { abortSignal });
      const read = patient.client.send(new GetCommand({ TableName: TABLE, Key: { id: '1' } }), { abortSignal });
      setImmediate(() => controller.abort());
      await expect(write).rejects.toMatchObject({ name: 'AbortError' });
      await expect(read).rejects.toMatchObject({ name: 'AbortError' });
      await fixture.dax.set('serve');
      expect((await stored())?.name).not.toBe('Milk');
      expect(patient.endInvocation()).toEqual({});
    });

    test('reads return what the table has, within their time', async () => {
      const startedAt = performance.now();
      expect(await get()).toMatchObject({ name: 'Tea' });
      expect(performance.now() - startedAt).toBeGreaterThan(TIMES.readTimeoutMs - 1);
      expect(environment.endInvocation()).toEqual({ daxTimeouts: 1, daxFallbacks: 1 });
    });

    test.each([
      ['an update', () => increment()],
      ['a put', () => put()],
      ['a delete', () => environment.client.send(new DeleteCommand({ TableName: TABLE, Key: { id: '1' } }))],
      ['a transaction', () => transact()],
    ])('%s is not repeated: DAX may still execute what it has, after later requests', async (_, write) => {
      await expect(write()).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError', message: expect.stringContaining('may or may not have taken effect') });
      expect(environment.endInvocation()).toEqual({ daxTimeouts: 1, daxUnknownWrites: 1 });
      expect(environment.straight).toBe(0);
    });

    test('a write that learns this before it is sent goes to DynamoDB', async () => {
      environment.sleep();

      await increment();

      expect(await stored()).toMatchObject({ count: 1 });
      expect(environment.endInvocation()).toEqual({ daxTimeouts: 1, daxFallbacks: 1 });
    });

    test('an invocation waits for it no longer than its budget', async () => {
      environment = fixture.environmentOf({ ...TIMES, budgetMs: 450 });
      const startedAt = performance.now();
      for (let i = 0; i < 5; i++) {
        expect(await get()).toMatchObject({ name: 'Tea' });
      }
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(environment.endInvocation()).toMatchObject({ daxFallbacks: 5, daxSkips: expect.any(Number) });
    });
  });

  describe('fails', () => {
    test.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded', 'LimitExceededException', 'NotImplementedException'])(
      'by %s, DynamoDB is called, and DAX counts as healthy', async (code) => {
        fixture.dax.fail(code);

        expect(await get()).toMatchObject({ name: 'Tea' });
        await increment();

        expect(await stored()).toMatchObject({ count: 1 });
        expect(environment.endInvocation()).toEqual({ daxFallbacks: 2 });
      });

    test('by AuthenticationRequiredException, it is called again, and then DynamoDB', async () => {
      fixture.dax.fail('AuthenticationRequiredException', { times: 1 });
      await increment();
      expect(environment.endInvocation()).toEqual({ daxErrors: 1, daxRetries: 1, daxCalls: 1 });

      fixture.dax.fail('AuthenticationRequiredException');
      await increment();
      expect(environment.endInvocation()).toEqual({ daxErrors: 2, daxRetries: 1, daxFallbacks: 1 });
      expect(await stored()).toMatchObject({ count: 2 });
    });

    test('by InternalServerError, only requests that are safe to repeat are repeated', async () => {
      fixture.dax.fail('InternalServerError');

      expect(await get()).toMatchObject({ name: 'Tea' });
      await put();
      await expect(put({ ReturnValues: 'ALL_OLD' })).rejects.toMatchObject({ name: 'WriteOutcomeUnknownError' });
      fixture.dax.heal();
      expect(await stored()).toMatchObject({ name: 'Coffee' });
    });

    test.each(['TransactionConflictException', 'TransactionInProgressException', 'IdempotentParameterMismatchException', 'ItemCollectionSizeLimitExceededException'])(
      'by %s, that is the answer', async (code) => {
        fixture.dax.fail(code, { message: 'no' });

        await expect(transact()).rejects.toMatchObject({ name: code, message: 'no' });

        expect(environment.endInvocation()).toEqual({ daxCalls: 1 });
        expect(environment.straight).toBe(0);
      });

    test('recovers, every request goes through DAX again', async () => {
      fixture.dax.fail('InternalServerError');
      await get();
      fixture.dax.heal();
      environment.endInvocation();

      await environment.client.send(new QueryCommand({ TableName: TABLE, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': '1' } }));

      expect(environment.endInvocation()).toEqual({ daxCalls: 1 });
    });
  });
});
