import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DatadogLambda } from 'datadog-cdk-constructs-v2';
import { CachedFunction } from '../../src';
import { describeOnLambda, emfLines, RUNTIMES, synthesizedFunction, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

/** What others put around handlers, with their own packages. */

const ours = (stdout: readonly string[]) => emfLines(stdout).filter(({ CacheName }) => CacheName === 'thing').map(({ Hits, Misses }) => ({ Hits, Misses }));
const MISS_THEN_HIT = [[{ Hits: 0, Misses: 1 }], [{ Hits: 1, Misses: 0 }]];

/** Those of .mts import packages that are ES modules only. */
const source = (name: string) => join(__dirname, 'handlers', name);

describeOnLambda.each(RUNTIMES)('on %s', (runtime) => {
  test('middy runs its middleware for every event, hit or miss', async () => {
    await withEmulator(synthesizedFunction({ runtime, entry: source('middy.mts') }), async (lambda) => {
      const results = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];

      expect(results.map(({ payload }) => payload)).toEqual(Array.from({ length: 2 }, () => ({ id: 'a', load: 1, order: ['before', 'after'] })));
      expect(results.map(({ stdout }) => ours(stdout))).toEqual(MISS_THEN_HIT);
      expect(await lambda.invoke({ id: 'broken' })).toMatchObject({ payload: { caught: 'no such thing' }, functionError: undefined });
    });
  });

  test.each([
    ['middleware', 'powertools.mts', LoggingFormat.TEXT],
    ['middleware', 'powertools.mts', LoggingFormat.JSON],
    ['decorators', 'powertools-class.ts', LoggingFormat.TEXT],
  ])("Powertools' %s logs and counts alongside the cache: %s, %s", async (_, handler, loggingFormat) => {
    const bundling = { tsconfig: tsconfigForDecorators() };
    await withEmulator(synthesizedFunction({ runtime, entry: source(handler), loggingFormat, memorySize: 256, bundling }), async (lambda) => {
      const results = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];

      expect(results.map(({ payload }) => payload)).toEqual([{ id: 'a', load: 1 }, { id: 'a', load: 1 }]);
      expect(results.map(({ stdout }) => ours(stdout))).toEqual(MISS_THEN_HIT);
      for (const { stdout, requestId, coldStart } of results) {
        const theirs = stdout.filter((line) => line.includes('getting')).map((line) => JSON.parse(line) as object);
        expect(theirs).toEqual([expect.objectContaining({ function_request_id: requestId, cold_start: coldStart, id: 'a', service: 'shop' })]);
        expect(stdout.filter((line) => line.includes('"Requests"'))).toHaveLength(1);
        // Powertools' metrics and ours never share a line.
        expect(emfLines(stdout).filter((line) => 'CacheName' in line && 'Requests' in line)).toEqual([]);
      }
    });
  });

  test("an exec wrapper like ADOT's, and what NODE_OPTIONS requires, run before the layer's handler", async () => {
    const layer = temporaryDirectory({
      'otel-handler': '#!/bin/sh\nexport NODE_OPTIONS="$NODE_OPTIONS --require $(dirname $0)/instrument.cjs"\nexport WRAPPED=yes\nexec "$@"\n',
      'instrument.cjs': INSTRUMENT,
    });
    chmodSync(join(layer, 'otel-handler'), 0o755);
    const definition = synthesizedFunction({ runtime, entry: source('plain.ts'), environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' } });
    await withEmulator({ ...definition, layerDirectories: [layer, ...definition.layerDirectories] }, expectInstrumented);
  });

  test('a module that NODE_OPTIONS requires also runs first, and the heap sizes stay', async () => {
    const definition = synthesizedFunction({ runtime, entry: source('plain.ts'), environment: { NODE_OPTIONS: '--require /opt/instrument.cjs' } });
    const layer = temporaryDirectory({ 'instrument.cjs': INSTRUMENT });

    expect(definition.environment.NODE_OPTIONS).toBe('--require /opt/instrument.cjs --max-old-space-size=56 --max-semi-space-size=2');
    await withEmulator({ ...definition, layerDirectories: [layer, ...definition.layerDirectories] }, expectInstrumented);
  });
});

/** Like OpenTelemetry's require hooks: it is there first, and sees what is loaded after it. */
const INSTRUMENT = `
  const { Module } = require('node:module');
  const load = Module._load;
  Module._load = function (request, ...rest) { return load.call(this, request, ...rest); };
  console.log('instrumented, runtime installed: ' + (Symbol.for('cdk-cached-function.runtime') in globalThis));
`;

async function expectInstrumented(lambda: { invoke(event: unknown): PromiseLike<{ stdout: readonly string[]; payload: unknown }> }): Promise<void> {
  const results = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];

  expect(results.map(({ payload }) => payload)).toEqual([{ id: 'a', load: 1 }, { id: 'a', load: 1 }]);
  expect(results.map(({ stdout }) => ours(stdout))).toEqual(MISS_THEN_HIT);
  expect(results[0].stdout.filter((line) => line.includes('instrumented'))).toEqual([expect.stringContaining('runtime installed: false')]);
}

/** Standard decorators, as Powertools' examples have the older ones: esbuild asks the tsconfig. */
function tsconfigForDecorators(): string {
  return join(temporaryDirectory({ 'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true, "target": "ES2022" } }' }), 'tsconfig.json');
}

describe("Datadog's construct", () => {
  const DATADOG_HANDLER = '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler';
  const datadogIn = (stack: Stack) => new DatadogLambda(stack, 'Datadog', { nodeLayerVersion: 130, addLayers: true, flushMetricsToLogs: true, site: 'datadoghq.eu' });

  /** Datadog's handler, reduced to what it does with ours: it loads the handler that DD_LAMBDA_HANDLER names, and calls it. */
  const DATADOG_LAYER = {
    'nodejs/node_modules/datadog-lambda-js/handler.mjs': `
      const [, file, name] = /^(.*)\\.([^.]+)$/.exec(process.env.DD_LAMBDA_HANDLER);
      const module = await import(file + '.mjs');
      export const handler = async (...args) => ({ traced: true, ...await module[name](...args) });
    `,
  };

  const newStack = () => new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Traced', { env: { account: '123456789012', region: 'eu-west-1' } });
  const newFunction = (stack: Stack) => new CachedFunction(stack, 'GetThing', { entry: source('plain.ts'), runtime: Runtime.NODEJS_24_X });

  test('wraps ours and gets its name, while ours gets the user\'s', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    datadogIn(stack).addLambdaFunctions([fn]);

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: DATADOG_HANDLER,
      Environment: { Variables: { DD_LAMBDA_HANDLER: '/opt/cdk-cached-function/handler.handler', CDK_CACHED_FUNCTION_HANDLER: 'index.handler' } },
    });
  });

  test('can be created before the function', () => {
    const stack = newStack();
    const datadog = datadogIn(stack);
    const fn = newFunction(stack);
    datadog.addLambdaFunctions([fn]);
    fn.addCachePolicy('thing', {});

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: DATADOG_HANDLER, Environment: { Variables: { DD_LAMBDA_HANDLER: '/opt/cdk-cached-function/handler.handler' } },
    });
  });

  // By hand, with datadog-lambda-js 12.143 and dd-trace 6.21 themselves as the layer: 100 MB that no test should install.
  describeOnLambda.each(RUNTIMES)('on %s', (runtime) => {
    test('finds our handler at the given path', async () => {
      const definition = synthesizedFunction({ runtime, entry: source('plain.ts') });
      const traced = {
        ...definition,
        handler: DATADOG_HANDLER,
        layerDirectories: [temporaryDirectory(DATADOG_LAYER), ...definition.layerDirectories],
        environment: { ...definition.environment, DD_LAMBDA_HANDLER: definition.handler },
      };
      await withEmulator(traced, async (lambda) => {
        const results = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];

        expect(results.map(({ payload }) => payload)).toEqual([{ traced: true, id: 'a', load: 1 }, { traced: true, id: 'a', load: 1 }]);
        expect(results.map(({ stdout }) => ours(stdout))).toEqual(MISS_THEN_HIT);
      });
    });
  });
});
