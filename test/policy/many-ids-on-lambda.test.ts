import { Duration } from 'aws-cdk-lib';
import { describeOnLambda, handlerSource, sum, synthesizedFunction, withEmulator } from '../equipment/emulate';

describeOnLambda('cachedMany in a 128 MB function', () => {
  test.each([10_000, 100_000])('loads %i ids at once, a bounded number of batches at a time', async (count) => {
    const definition = synthesizedFunction({ entry: handlerSource('many-ids'), memorySize: 128, timeout: Duration.minutes(1) });
    await withEmulator(definition, async (lambda) => {
      const result = await lambda.invoke({ count });
      expect(result).toMatchObject({ payload: { wrong: 0, count }, functionError: undefined });
      expect((result.payload as { most: number }).most).toBeLessThanOrEqual(10);
      expect(sum(result, 'OriginCalls')).toBe(count / 100);
    });
  }, 60_000);
});
