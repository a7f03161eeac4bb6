import { DYNAMODB, type DynamoDbBackend } from './dynamodb-backend';
import { sharingFunction } from './sharing-function';
import { missingParts } from '../../tools/lambda-emulator';
import { emfLines, RUNTIMES, withEmulator } from '../equipment/emulate';

const describeOnLambda = missingParts().length === 0 && DYNAMODB.missing === undefined ? describe : describe.skip;

describeOnLambda.each(RUNTIMES)('a CachedFunction with DynamoDB on %s', (runtime) => {
  let backend: DynamoDbBackend;

  beforeEach(async () => {
    backend = await DYNAMODB.start();
  });
  afterEach(() => backend?.stop());

  test('finds what an earlier environment has loaded', async () => {
    await withEmulator(sharingFunction(backend, { runtime }), async (lambda) => {
      await lambda.invoke({ id: '1' });
      await lambda.recycle();
      const found = await lambda.invoke({ id: '1' });
      expect(found).toMatchObject({ coldStart: true, payload: { ids: ['1'], loads: 0 } });
      expect(emfLines(found.stdout)).toContainEqual(expect.objectContaining({ Hits: 1, SharedHits: 1 }));
    });
  });

  test('whose connections were closed while it was frozen opens others, at once and without an error', async () => {
    await withEmulator(sharingFunction(backend, { runtime }), async (lambda) => {
      await lambda.invoke({ id: '1' });
      const asked = backend.proxy.count('BatchGetItem');
      // The environment is frozen now, and does not hear of it.
      backend.proxy.disconnect();
      const thawed = await lambda.invoke({ id: '2' });
      expect(thawed).toMatchObject({ coldStart: false, payload: { ids: ['2'], loads: 2 } });
      expect(emfLines(thawed.stdout)).toContainEqual(expect.objectContaining({ SharedMisses: 1 }));
      expect(emfLines(thawed.stdout).filter((line) => Number(line.SharedErrors ?? 0) + Number(line.SharedTimeouts ?? 0) > 0)).toEqual([]);
      expect(backend.proxy.count('BatchGetItem')).toBe(asked + 1);
    });
  });
});
