import { join } from 'node:path';
import { missingFakeClock } from '../../tools/lambda-emulator/fake-clock';
import { describeOnLambda, emfLines, LIFE_CYCLE_RUNTIMES, synthesizedFunction, withEmulator } from '../equipment/emulate';
import { runHandler } from '../equipment/node-process';

const COUNT = 1_000;
const HOUR = 3_600;
const TTL_MS = 60_000;

/** One invocation may take several lines: none holds more than 100 durations. */
function sums(stdout: readonly string[]): Record<string, number> {
  const total = (name: string) => emfLines(stdout).reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
  return { Hits: total('Hits'), Misses: total('Misses'), OriginCalls: total('OriginCalls') };
}

const describeWithFakeClock = missingFakeClock() === undefined ? describeOnLambda : describe.skip;

describeWithFakeClock.each(LIFE_CYCLE_RUNTIMES)('an environment on %s that was frozen for an hour', (runtime) => {
  const definition = synthesizedFunction({ runtime, entry: join(__dirname, 'handlers', 'many-things.ts'), memorySize: 512 });

  test.each(['stands-still', 'moves-along'] as const)('returns no expired entry, although its monotonic clock %s', async (fakeMonotonicClock) => {
    await withEmulator({ ...definition, timeoutMs: 20_000 }, async (lambda) => {
      const cold = await lambda.invoke({ count: COUNT });
      const warm = await lambda.invoke({ count: COUNT });
      expect(sums(cold.stdout)).toEqual({ Hits: 0, Misses: COUNT, OriginCalls: COUNT });
      expect(sums(warm.stdout)).toEqual({ Hits: COUNT, Misses: 0, OriginCalls: 0 });

      lambda.environments[0].advanceClocks(HOUR, { monotonic: fakeMonotonicClock === 'moves-along' });
      const thawed = await lambda.invoke({ count: COUNT });

      const [before, after] = [warm.payload, thawed.payload] as { oldestMs: number; wallClock: number; monotonicMs: number }[];
      expect(thawed.coldStart).toBe(false);
      expect(after.wallClock - before.wallClock).toBeGreaterThanOrEqual(HOUR * 1_000);
      // The clock really stood still: else this test would prove nothing.
      expect(after.monotonicMs - before.monotonicMs < TTL_MS).toBe(fakeMonotonicClock === 'stands-still');
      expect(sums(thawed.stdout)).toEqual({ Hits: 0, Misses: COUNT, OriginCalls: COUNT });
      expect(after.oldestMs).toBeLessThan(TTL_MS);
    }, { fakeMonotonicClock });
  }, 60_000);
});

/** A cache on a clock that jumps when `jump` changes. */
const JUMPING_CLOCK = `
  const realNow = Date.now;
  let jump = 0;
  Date.now = () => realNow() + jump;
  const { cached } = await import('cdk-cached-function/runtime');
  let loads = 0;
  const thing = cached('thing', async () => ++loads, { ttl: { seconds: 60 } });
`;

const ENVIRONMENT = {
  AWS_LAMBDA_FUNCTION_NAME: 'jumps',
  CDK_CACHED_FUNCTION_HANDLER: 'index.handler',
  CDK_CACHED_FUNCTION_SETTINGS: JSON.stringify({ namespace: 'test', caching: {}, caches: {} }),
};

/** libfaketime cannot take a clock back without ending Node.js, so here the handler's module replaces Date.now. */
describe('a wall clock that jumps', () => {
  const code = `${JUMPING_CLOCK}
    export const handler = async ({ jumpMs }) => {
      if (jumpMs !== undefined) {
        // As if the environment were frozen after this event.
        jump += jumpMs;
        return;
      }
      return thing('a');
    };
  `;
  const loadsAfter = (...jumps: number[]) => runHandler({ 'index.mjs': code }, jumps.flatMap((jumpMs) => [[{ jumpMs }], [{}]]), ENVIRONMENT).answers
    .filter((_, index) => index % 2 === 1)
    .map((answer) => 'value' in answer ? answer.value : answer);

  test('back makes entries stale, never fresher', () => {
    expect(loadsAfter(0, 0, -30_000)).toEqual([1, 1, 2]);
    expect(loadsAfter(0, -HOUR * 1_000, 0)).toEqual([1, 2, 2]);
  });

  test('back and forth prolongs no entry', () => {
    expect(loadsAfter(0, -HOUR * 1_000, HOUR * 1_000 + TTL_MS)).toEqual([1, 2, 3]);
  });

  test('forward makes entries older', () => {
    expect(loadsAfter(0, TTL_MS / 2, TTL_MS / 2)).toEqual([1, 1, 2]);
  });
});

/** Lambda's runtime client on Node.js 22 then answers with null, and the environment is frozen as after every invocation. */
test('an environment whose handler waits for what can never happen returns no expired entry after a freeze', () => {
  const code = `${JUMPING_CLOCK}
    const thaw = async () => {
      jump += ${HOUR} * 1_000;
      return thing('a');
    };
    export const handler = async ({ waits }) => {
      const value = await thing('a');
      return waits ? new Promise((resolve) => process.once('beforeExit', () => setImmediate(() => resolve(thaw())))) : value;
    };
  `;
  expect(runHandler({ 'index.mjs': code }, [[{}], [{ waits: true }], [{}]], ENVIRONMENT).answers).toEqual([{ value: 1 }, { value: 2 }, { value: 2 }]);
});
