/** @jest-environment ./test/dax/outside-environment.ts */
import { Duration } from 'aws-cdk-lib';
import { handler } from './integ';
import { nodeFlags } from '../../tools/lambda-emulator/bootstrap';
import { daxFunction } from '../dax/dax-function';
import { DaxFixture } from '../dax/fixture';
import { TABLE } from '../dax/table';
import { missingDynamoDbLocal } from '../equipment/dynamodb-local';
import { describeOnLambda, RUNTIMES, sum, synthesizedFunction, withEmulator } from '../equipment/emulate';

/** The handlers of this folder, as far as they need no AWS: a stack whose handler is broken would say nothing of AWS. */

describeOnLambda.each(RUNTIMES)('on %s', (runtime) => {
  test('share-thing reports whether it called the origin', async () => {
    await withEmulator(synthesizedFunction({ runtime, entry: handler('share-thing'), caching: { ttl: Duration.hours(1) } }), async (lambda) => {
      const loaded = async (event: object) => (await lambda.invoke({ id: '1', ...event })).payload;
      expect(await loaded({})).toEqual({ id: '1', loaded: true });
      expect(await loaded({})).toEqual({ id: '1', loaded: false });
      expect(await loaded({ invalidate: true })).toEqual({ id: '1', loaded: false });
      expect(await loaded({})).toEqual({ id: '1', loaded: true });
    });
  });

  test('tell-process reports a small function\'s flags, and its small heap', async () => {
    const definition = synthesizedFunction({ runtime, entry: handler('tell-process'), memorySize: 128 });
    await withEmulator(definition, async (lambda) => {
      const flags = nodeFlags(definition).sort();
      expect((await lambda.invoke({ heapMb: 72 })).payload).toEqual({ flags, isWithin: true });
      expect((await lambda.invoke({ heapMb: 50 })).payload).toEqual({ flags, isWithin: false });
      expect((await lambda.invoke({})).payload).toEqual({ flags });
    });
  });

  test('look-up-many calls the origin each time', async () => {
    await withEmulator(synthesizedFunction({ runtime, entry: handler('look-up-many') }), async (lambda) => {
      for (const together of [false, true]) {
        const answer = await lambda.invoke({ count: 20, together });
        expect(answer.payload).toEqual({ count: 20 });
        expect(sum(answer, 'Misses')).toBe(20);
      }
    });
  });
});

(missingDynamoDbLocal() === undefined ? describeOnLambda : describe.skip)('in front of a table', () => {
  let fixture: DaxFixture;

  beforeAll(async () => {
    fixture = await DaxFixture.start();
  }, 60_000);

  afterAll(() => fixture.stop());

  const answerOf = async (name: string, event: object) => {
    const environment = { ...fixture.environment, PRODUCTS: TABLE };
    const definition = daxFunction({ endpoint: fixture.dax.endpoint, environment }, { entry: handler(name) });
    return withEmulator(definition, async (lambda) => (await lambda.invoke(event)).payload);
  };

  test('ask-aws picks the requested values, and names errors', async () => {
    const describe = { service: 'DynamoDB', operation: 'DescribeTable', pick: ['Table.TableName', 'Table.KeySchema.*.KeyType', 'Table.None.0.AtAll'] };
    expect(await answerOf('ask-aws', { ...describe, input: { TableName: TABLE } })).toEqual([TABLE, ['HASH'], null]);
    expect(await answerOf('ask-aws', { ...describe, input: { TableName: 'another' } })).toBe('ResourceNotFoundException');
  });

  test('transact-twice reports how often a transaction was done', async () => {
    expect(await answerOf('transact-twice', {})).toEqual({ times: 1 });
  });

  test('put-product writes, if it may', async () => {
    expect(await answerOf('put-product', { id: '2' })).toBe('written');
  });
});
