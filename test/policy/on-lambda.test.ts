import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { OriginServer } from './origin-server';
import type { CachedFunctionProps } from '../../src';
import type { EmulatorOptions, FunctionDefinition, LambdaEmulator } from '../../tools/lambda-emulator';
import { describeOnLambda, emfLines, LIFE_CYCLE_RUNTIMES, synthesizedFunction, withEmulator } from '../equipment/emulate';

const FORMATS = [OutputFormat.ESM, OutputFormat.CJS];
const STALE_AT_ONCE = { ttl: Duration.millis(1), staleWhileRevalidate: Duration.hours(1), retryAfter: Duration.millis(1) };

interface Answer {
  readonly value: string;
  readonly heapBytes: number;
  readonly resources: readonly string[];
}

let origin: OriginServer;

beforeEach(async () => {
  origin = await OriginServer.start();
});

afterEach(() => origin.stop());

const source = (file: string) => join(__dirname, 'handlers', file);

function define(props: Partial<CachedFunctionProps> = {}): FunctionDefinition {
  return synthesizedFunction({ entry: source('product.ts'), timeout: Duration.seconds(10), memorySize: 256, caching: STALE_AT_ONCE, ...props });
}

/** The function in the emulator, reading the origin of this test. */
function onLambda(definition: FunctionDefinition, body: (lambda: LambdaEmulator) => Promise<void>, options: EmulatorOptions = {}): Promise<void> {
  return withEmulator({ ...definition, environment: { ...definition.environment, ORIGIN: origin.url } }, body, options);
}

async function get(lambda: LambdaEmulator): Promise<Answer> {
  const { payload, functionError } = await lambda.invoke({ id: '1' });
  expect(functionError).toBeUndefined();
  return payload as Answer;
}

/** How many internal extensions the environment has registered. */
function extensionsOf(lambda: LambdaEmulator): number {
  return (lambda.environments[0] as unknown as { api: { extensions: { count: number } } }).api.extensions.count;
}

describeOnLambda('work after the response', () => {
  describe.each(FORMATS)('of a function whose code is %s', (format) => {
    let definition: FunctionDefinition;

    beforeAll(() => {
      definition = define({ bundling: { format } });
    });

    describe.each(LIFE_CYCLE_RUNTIMES)('on %s', ({ name }) => {
      const runtime = name as FunctionDefinition['runtime'];

      test.each([[true], [false]])('a stale hit is returned before its refresh is done, and the refresh is done before the environment freezes (extension first: %s)', async (extensionFirst) => {
        await onLambda({ ...definition, runtime }, async (lambda) => {
          expect(await get(lambda)).toMatchObject({ value: 'v1' });

          origin.isHolding = true;
          const invocation = lambda.invoke({ id: '1' });
          expect((await invocation.response).payload).toMatchObject({ value: 'v1' });
          const refresh = await origin.next();
          expect(lambda.environments[0].state).toBe('busy');
          refresh.answer('v2');
          const { stdout, requestId } = await invocation;
          expect(lambda.environments[0].state).toBe('frozen');
          expect(emfLines(stdout)).toEqual([
            expect.objectContaining({ Hits: 1, StaleHits: 1, Misses: 0, RequestId: requestId }),
            expect.objectContaining({ Hits: 0, Misses: 0, OriginCalls: 1, RequestId: requestId }),
          ]);
          expect(emfLines(stdout)[0]).not.toHaveProperty('OriginCalls');

          origin.isHolding = false;
          const next = await lambda.invoke({ id: '1' });
          expect(next).toMatchObject({ coldStart: false, payload: { value: 'v2' } });
        }, { extensionFirst });
      });
    });
  });

  test.each(LIFE_CYCLE_RUNTIMES)('of fifty freezes leaves nothing behind on %s: no socket, no timer, no memory', async ({ name }) => {
    await onLambda({ ...define(), runtime: name as FunctionDefinition['runtime'] }, async (lambda) => {
      const answers: Answer[] = [];
      for (let i = 0; i < 60; i++) {
        answers.push(await get(lambda));
      }
      expect(lambda.startedEnvironments).toBe(1);
      expect(answers.map(({ value }) => value)).toEqual(answers.map((_, i) => `v${Math.max(1, i)}`));
      expect(answers[59].resources).toEqual(answers[9].resources);
      expect(answers[59].heapBytes - answers[9].heapBytes).toBeLessThan(300_000);
    });
  }, 30_000);

  test('ends at maxBackgroundTime: the environment survives, and the entry too', async () => {
    await onLambda(define({ caching: { ...STALE_AT_ONCE, maxBackgroundTime: Duration.millis(100) } }), async (lambda) => {
      await get(lambda);
      origin.isHolding = true;
      const invocation = lambda.invoke({ id: '1' });
      const refresh = await origin.next();
      await refresh.hungUp; // the signal is aborted
      expect(await invocation).toMatchObject({ payload: { value: 'v1' }, environmentError: undefined });
      origin.isHolding = false;
      expect(await lambda.invoke({ id: '1' })).toMatchObject({ coldStart: false, payload: { value: 'v1' } });
      expect(await lambda.invoke({ id: '1' })).toMatchObject({ coldStart: false, payload: { value: 'v3' } });
    });
  });

  test('ends before the function\'s timeout, which would cost the environment', async () => {
    await onLambda(define({ timeout: Duration.seconds(1) }), async (lambda) => {
      await get(lambda);
      origin.isHolding = true;
      expect(await lambda.invoke({ id: '1' })).toMatchObject({ payload: { value: 'v1' }, environmentError: undefined });
      origin.isHolding = false;
      expect(await lambda.invoke({ id: '1' })).toMatchObject({ coldStart: false, payload: { value: 'v1' } });
    });
  });

  describe('of a refresh that blocks the thread', () => {
    let gate: string;
    let definition: FunctionDefinition;

    beforeAll(() => {
      gate = join(mkdtempSync(join(tmpdir(), 'gate-')), 'open');
      const { environment, ...rest } = define({ entry: source('policy-in-code.ts'), caching: {}, timeout: Duration.seconds(1) });
      definition = { ...rest, environment: { ...environment, GATE: gate } };
    });

    afterEach(() => rmSync(gate, { force: true }));

    test('runs after the response, also with a policy that only the code has', async () => {
      await onLambda({ ...definition, timeoutMs: 10_000 }, async (lambda) => {
        await lambda.invoke({});
        const invocation = lambda.invoke({});
        expect((await invocation.response).payload).toBe(1);
        writeFileSync(gate, '');
        expect(await invocation).toMatchObject({ environmentError: undefined });
        expect(await lambda.invoke({})).toMatchObject({ coldStart: false, payload: 2 });
        expect(extensionsOf(lambda)).toBe(1);
      });
    });

    test('and reaches the function\'s timeout costs the environment, and no response', async () => {
      await onLambda(definition, async (lambda) => {
        await lambda.invoke({});
        const { payload, functionError, environmentError } = await lambda.invoke({});
        expect({ payload, functionError }).toEqual({ payload: 1, functionError: undefined });
        expect(environmentError).toMatchObject({ errorType: 'Sandbox.Timedout' });
        expect(existsSync(gate)).toBe(false);
        expect(await lambda.invoke({})).toMatchObject({ coldStart: true, payload: 1 });
      });
    });
  });

  test.each([
    ['ttl', { ttl: Duration.minutes(1) }, 0],
    ['hardTimeout', { hardTimeout: Duration.seconds(5), negativeTtl: Duration.seconds(1) }, 0],
    ['staleIfError', { staleIfError: Duration.hours(1) }, 1],
    ['staleWhileRevalidate', { staleWhileRevalidate: Duration.hours(1) }, 1],
    ['earlyRefresh', { earlyRefresh: 0.5 }, 1],
  ])('needs an internal extension, which is registered for nothing else (%s)', async (_, caching, extensions) => {
    await onLambda(define({ caching }), async (lambda) => {
      await get(lambda);
      expect(extensionsOf(lambda)).toBe(extensions);
    });
  });

  test('runs before the response if Lambda rejects the extension: nothing is lost', async () => {
    const definition = define({ entry: source('name-taken.mjs'), bundling: { format: OutputFormat.ESM } });
    await onLambda(definition, async (lambda) => {
      const { stdout, stderr } = await lambda.invoke({ id: '1' });
      expect([...stdout, ...stderr].join()).toMatch(/responses wait for refreshes.*403.*already registered/);

      origin.isHolding = true;
      const invocation = lambda.invoke({ id: '1' });
      let hasResponse = false;
      void invocation.response.then(() => hasResponse = true);
      const refresh = await origin.next();
      expect(hasResponse).toBe(false);
      refresh.answer('v2');
      expect(await invocation).toMatchObject({ payload: { value: 'v1' } });

      origin.isHolding = false;
      expect(await get(lambda)).toMatchObject({ value: 'v2' });
    });
  });

  test.each([['the construct\'s', true], ['the code\'s alone', false]])('of a cache that is defined in the handler runs after the response if its policy is %s', async (_, isConstructs) => {
    const caching = isConstructs ? { staleWhileRevalidate: Duration.hours(1) } : {};
    await onLambda(define({ entry: source('late-definition.ts'), caching }), async (lambda) => {
      const first = await lambda.invoke({ id: '1' });
      origin.isHolding = true;
      const invocation = lambda.invoke({ id: '1' });
      let hasResponse = false;
      void invocation.response.then(() => hasResponse = true);
      const refresh = await origin.next();
      if (isConstructs) {
        expect((await invocation.response).payload).toBe('v1');
      } else {
        expect(hasResponse).toBe(false);
      }
      refresh.answer('v2');
      const { stdout, stderr } = await invocation;
      const messages = [first.stdout, first.stderr, stdout, stderr].flat().filter((line) => line.includes('cdk-cached-function:'));
      expect(messages).toEqual(isConstructs ? [] : [expect.stringMatching(/cache 'product' is defined too late to register an extension.*Define it outside the handler, or set/)]);
      expect(extensionsOf(lambda)).toBe(isConstructs ? 1 : 0);
      origin.isHolding = false;
      expect((await lambda.invoke({ id: '1' })).payload).toBe('v2');
    });
  });

  test('for a hanging origin ends before the timeout: the response is the stale entry, a quarter of the time earlier', async () => {
    const caching = { ttl: Duration.millis(1), staleIfError: Duration.hours(1) };
    await onLambda(define({ caching, timeout: Duration.seconds(2) }), async (lambda) => {
      await get(lambda);
      origin.isHolding = true;
      const invocation = lambda.invoke({ id: '1' });
      const load = await origin.next();
      expect((await invocation.response).payload).toMatchObject({ value: 'v1' });
      await load.hungUp;
      expect(await invocation).toMatchObject({ functionError: undefined, environmentError: undefined });
      // Throttled by retryAfter.
      expect(await get(lambda)).toMatchObject({ value: 'v1' });
      expect(origin.requests).toBe(2);
    });
  });

  test('that softTimeout left behind is completed, too', async () => {
    const caching = { ttl: Duration.millis(1), staleIfError: Duration.hours(1), softTimeout: Duration.millis(50), retryAfter: Duration.millis(1) };
    await onLambda(define({ caching }), async (lambda) => {
      await get(lambda);
      origin.isHolding = true;
      const invocation = lambda.invoke({ id: '1' });
      const load = await origin.next();
      expect((await invocation.response).payload).toMatchObject({ value: 'v1' });
      load.answer('v2');
      await invocation;
      expect(lambda.environments[0].state).toBe('frozen');
      const again = lambda.invoke({ id: '1' });
      const second = await origin.next();
      expect((await again.response).payload).toMatchObject({ value: 'v2' });
      second.answer('v3');
      await again;
    });
  });
});
