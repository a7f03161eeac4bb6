import { Duration, Size } from 'aws-cdk-lib';
import { LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { describeOnLambda, emfLines, handlerSource, LIFE_CYCLE_RUNTIMES, synthesizedFunction, withEmulator } from '../equipment/emulate';

/** From `new CachedFunction()` to a hit in the metrics, on Lambda's runtime client. */
describeOnLambda.each(LIFE_CYCLE_RUNTIMES)('a synthesized CachedFunction on %s', (runtime) => {
  test('answers from memory until the entry expires or the environment is recycled', async () => {
    await withEmulator(synthesizedFunction({ runtime, caching: { ttl: Duration.hours(1) } }), async (lambda) => {
      const first = await lambda.invoke({ id: '1' });
      expect(first).toMatchObject({ coldStart: true, payload: { ids: ['1'], loads: 1 } });
      const second = await lambda.invoke({ id: '1' });
      expect(second).toMatchObject({ coldStart: false, payload: { ids: ['1'], loads: 1 } });

      await lambda.recycle();
      expect(await lambda.invoke({ id: '1' })).toMatchObject({ coldStart: true, payload: { ids: ['1'], loads: 1 } });
    });
  });

  test('writes one line of metrics for each cache and invocation, under both log formats', async () => {
    for (const loggingFormat of [LoggingFormat.TEXT, LoggingFormat.JSON]) {
      await withEmulator(synthesizedFunction({ runtime, loggingFormat }), async (lambda) => {
        const cold = await lambda.invoke({ id: '1', more: ['1', '2'] });
        const warm = await lambda.invoke({ id: '1' });

        expect(emfLines(cold.stdout)).toEqual([expect.objectContaining({
          CacheName: 'thing', FunctionName: expect.stringContaining('GetThing'), RequestId: cold.requestId, Hits: 1, CoalescedHits: 1, Misses: 2, OriginCalls: 2,
        })]);
        expect(emfLines(warm.stdout)).toEqual([expect.objectContaining({ Hits: 1, Misses: 0, RequestId: warm.requestId })]);
        expect(emfLines(warm.stdout)[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['FunctionName'], ['FunctionName', 'CacheName']]);
      });
    }
  });

  test("passes the origin's own error to Lambda, and does not cache it", async () => {
    await withEmulator(synthesizedFunction({ runtime }), async (lambda) => {
      const expectError = async () => {
        const { functionError, stdout } = await lambda.invoke({ id: 'broken' });

        expect(functionError).toMatchObject({ errorType: 'RangeError', errorMessage: 'the origin is broken' });
        expect(emfLines(stdout)).toEqual([expect.objectContaining({ Misses: 1, OriginCalls: 1, OriginErrors: 1 })]);
      };

      await expectError();
      // A cached error would be a hit.
      await expectError();
    });
  });

  test('runs uncached, with one log line, if its settings cannot be read', async () => {
    const definition = synthesizedFunction({ runtime });
    const broken = { ...definition, environment: { ...definition.environment, CDK_CACHED_FUNCTION_SETTINGS: '{"namespace":7}' } };
    await withEmulator(broken, async (lambda) => {
      const first = await lambda.invoke({ id: '1' });
      const second = await lambda.invoke({ id: '1' });

      expect([first.payload, second.payload]).toEqual([{ ids: ['1'], loads: 1 }, { ids: ['1'], loads: 2 }]);
      expect(emfLines(first.stdout)).toEqual([expect.objectContaining({ StartFailures: 1, Reason: expect.stringContaining('namespace') })]);
      expect([...first.stdout, ...first.stderr].filter((line) => line.includes('runs uncached'))).toHaveLength(1);
      expect([...second.stdout, ...second.stderr]).toEqual([]);
    });
  });

  test('can be switched off at run time, by an environment variable', async () => {
    const definition = synthesizedFunction({ runtime });
    await withEmulator({ ...definition, environment: { ...definition.environment, CDK_CACHED_FUNCTION_MODE: 'off' } }, async (lambda) => {
      await lambda.invoke({ id: '1' });
      const { payload, stdout } = await lambda.invoke({ id: '1' });

      expect(payload).toEqual({ ids: ['1'], loads: 2 });
      expect(emfLines(stdout)).toEqual([expect.objectContaining({ Bypasses: 1, Hits: 0, Misses: 0 })]);
    });
  });
});

describeOnLambda('tenants', () => {
  test('have separate keys, whatever their names', async () => {
    await withEmulator(synthesizedFunction({ entry: handlerSource('tell-key'), caching: { namespace: 'shop' } }), async (lambda) => {
      const keys = [];
      for (const tenantId of [undefined, 'blue', 'b@lue:']) {
        keys.push((await lambda.invoke({ id: 'a' }, { tenantId })).payload);
      }

      expect(keys).toEqual([{ key: 'shop:2:thing:2:a' }, { key: 'shop:2:thing:2@blue:a' }, { key: 'shop:2:thing:2@b%40lue%3A:a' }]);
    });
  });
});

describeOnLambda('memory', () => {
  test('of a 128 MB function stays within its bound while 2 GB of distinct values pass through it', async () => {
    const definition = synthesizedFunction({ entry: handlerSource('fill-memory'), memorySize: 128, timeout: Duration.minutes(1) });
    await withEmulator(definition, async (lambda) => {
      for (let from = 0; from < 2_048; from += 128) {
        const { payload, functionError, stdout, environmentId } = await lambda.invoke({ from, count: 128 });

        expect(functionError).toBeUndefined();
        expect(environmentId).toBe('environment-1');
        expect(payload).toEqual({ last: expect.stringMatching(new RegExp(`^${from + 127}/63/`)) });
        const [{ MemoryBytes }] = emfLines(stdout);
        expect(MemoryBytes).toBeLessThanOrEqual(Size.mebibytes(32).toBytes());
        expect(MemoryBytes).toBeGreaterThan(Size.mebibytes(28).toBytes());
      }
    });
  }, 60_000);
});
