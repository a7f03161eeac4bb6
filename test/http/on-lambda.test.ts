import { App, Duration, Stack } from 'aws-cdk-lib';
import { Alias, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { eventOf } from './gateway-events';
import { CacheDashboard, CachedFunction, type CachedFunctionProps, Caching, Identity, ResponseCaching } from '../../src';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { describeOnLambda, emfLines, handlerSource, sum, synthesizedFunction, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

type Page = { body: string; headers: Record<string, string> };

const page = (path: string, headers: [string, string][] = []) => eventOf('functionUrl', { path, headers });

describeOnLambda('on Lambda', () => {
  test('the prop alone caches the responses of code without caching, and refreshes stale ones after the response', async () => {
    const definition = synthesizedFunction({ entry: handlerSource('get-page'), responses: ResponseCaching.http() });
    await withEmulator(definition, async (emulator) => {
      const get = async (event: object) => (await emulator.invoke(event)).payload as Page;
      const counted = async (event: object) => emfLines((await emulator.invoke(event)).stdout);
      expect((await get(page('/a'))).body).toBe('1 nobody');
      const hit = await get(page('/a'));
      expect(hit.body).toBe('1 nobody');
      expect(hit.headers['cache-status']).toMatch(/; hit/);
      // A user's request is the handler's; so is anything else than a request.
      expect((await get(page('/a', [['Authorization', 'alice']]))).body).toBe('2 alice');
      expect((await get({ Records: [{ eventSource: 'aws:sqs' }] })).body).toBe('3 nobody');

      await get(page('/stale'));
      expect((await get(page('/stale'))).body).toBe('4 nobody');
      expect((await get(page('/stale'))).body).toBe('5 nobody');

      expect(await counted(page('/a'))).toEqual([expect.objectContaining({ CacheName: 'responses', Hits: 1, Misses: 0 })]);
      expect(await counted({ Records: [] })).toEqual([expect.objectContaining({ CacheName: 'responses', Bypasses: 1 })]);
    });
  });

  test('code that uses the entry point gets the same', async () => {
    await withEmulator(synthesizedFunction({ entry: handlerSource('get-page-in-code') }), async (emulator) => {
      const get = async () => (await emulator.invoke(page('/a'))).payload as Page;
      expect([(await get()).body, (await get()).body]).toEqual(['1', '1']);
    });
  });

  test.each<[string, (stack: Stack, code: Code) => unknown]>([
    ['built already', (stack, code) => new CachedFunction(stack, 'GetPage', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X, responses: ResponseCaching.http() })],
    ['of any function that the mixin is applied to', (stack, code) =>
      new LambdaFunction(stack, 'GetPage', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X }).with(new Caching({ responses: ResponseCaching.http() }))],
  ])('code %s gets the same, by one part of the layer', async (_, make) => {
    const app = new App();
    // The names of the layer's parts that are loaded: CommonJS, as this code is.
    const directory = temporaryDirectory({
      'index.js': `let calls = 0;
        const parts = () => Object.keys(require.cache).flatMap((path) => /cdk-cached-function\\/([^/]+\\.cjs)$/.exec(path)?.[1] ?? []);
        exports.handler = async () => ({ statusCode: 200, headers: { 'Cache-Control': 'max-age=60' }, body: ++calls + ' ' + parts() });`,
    });
    make(new Stack(app, 'Shop'), Code.fromAsset(directory));
    await withEmulator(functionsFromAssembly(app.synth().directory)[0], async (emulator) => {
      const get = async () => (await emulator.invoke(page('/a'))).payload as Page;
      expect([(await get()).body, (await get()).body]).toEqual(['1 responses.cjs', '1 responses.cjs']);
    });
  });

  test('a streamed response bypasses the cache, and is counted', async () => {
    const definition = synthesizedFunction({ entry: handlerSource('streamed-page'), responses: ResponseCaching.http() });
    await withEmulator(definition, async (emulator) => {
      const [one, other] = [await emulator.invoke(page('/a')), await emulator.invoke(page('/a'))];
      expect([one.payload, other.payload].map(String)).toEqual(['1', '2']);
      expect(sum(other, 'Bypasses')).toBe(1);
    });
  });

  test.each(['off', 'shadow'])('mode %s: the handler answers every request', async (mode) => {
    const definition = synthesizedFunction({ entry: handlerSource('get-page'), responses: ResponseCaching.http() }, (fn) => {
      fn.addEnvironment('CDK_CACHED_FUNCTION_MODE', mode);
    });
    await withEmulator(definition, async (emulator) => {
      const get = async () => (await emulator.invoke(page('/a'))).payload as Page;
      expect([(await get()).body, (await get()).body]).toEqual(['1 nobody', '2 nobody']);
    });
  });
});

function newFunction(props: Partial<CachedFunctionProps>, customize: (stack: Stack, fn: CachedFunction) => void = () => {}): App {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Shop');
  customize(stack, new CachedFunction(stack, 'GetPage', { entry: handlerSource('get-page'), ...props }));
  return app;
}

function settings(app: App): Record<string, unknown> {
  const template = app.synth().getStackByName('Shop').template as { Resources: Record<string, { Type: string; Properties: { Environment: { Variables: Record<string, string> } } }> };
  const fn = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function')!;
  const text = fn.Properties.Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS;
  return JSON.parse(typeof text === 'string' ? text : (text as unknown as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((part) => typeof part === 'string' ? part : 'x').join('')) as Record<string, unknown>;
}

describe('at synth', () => {
  test('the settings contain the props', () => {
    const responses = ResponseCaching.http({
      varyBy: [Identity.authorizer('principalId'), Identity.jwtClaim('sub'), Identity.cookie('session'), Identity.header('X-Tenant')],
      headers: ['Accept-Language'],
      ignoreQuery: ['utm_*'],
      ignoreCookies: ['_ga*'],
      negativeTtl: Duration.seconds(10),
      heuristicFreshness: true,
      removeUnkeyed: true,
    });
    expect(settings(newFunction({ responses })).responses).toEqual({
      varyBy: [['authorizer', 'principalId'], ['jwtClaim', 'sub'], ['cookie', 'session'], ['header', 'x-tenant']],
      headers: ['accept-language'],
      ignoreQuery: ['utm_*'],
      ignoreCookies: ['_ga*'],
      negativeTtlMs: 10_000,
      heuristicFreshness: true,
      removeUnkeyed: true,
    });
    expect(settings(newFunction({})).responses).toBeUndefined();
  });

  test.each([
    [() => ResponseCaching.http({ includeQuery: ['q'], ignoreQuery: ['utm_*'] }), /includeQuery must not be set together with ignoreQuery/],
    [() => ResponseCaching.http({ varyBy: [Identity.cookie('session')], ignoreCookies: ['s*'] }), /ignoreCookies must not match 'session'/],
    [() => ResponseCaching.http({ headers: ['Authorization'] }), /a name in responses\.headers must not be that of a credential.*varyBy/],
    [() => ResponseCaching.http({ varyBy: [Identity.header('Cookie')] }), /Identity\.header\(name\).*Identity\.cookie\(\)/],
    [() => ResponseCaching.http({ varyBy: [Identity.header('X-Forwarded-For')] }), /Any client can send that/],
    [() => ResponseCaching.http({ varyBy: [Identity.jwtClaim(' ')] }), /must be a non-empty string/],
    [() => ResponseCaching.http({ headers: ['a b'] }), /must be a valid header name/],
    [() => ({}) as ResponseCaching, /responses must be a ResponseCaching/],
  ])('an unsafe or meaningless option is an error: %#', (responses, message) => {
    expect(() => newFunction({ responses: responses() })).toThrow(message);
  });

  test.each<[string, (stack: Stack, fn: CachedFunction) => void]>([
    ['a queue', (stack, fn) => fn.addEventSource(new SqsEventSource(new Queue(stack, 'Queue')))],
    ['a queue, by way of an alias', (stack, fn) =>
      new Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }).addEventSource(new SqsEventSource(new Queue(stack, 'Queue')))],
    ['a bucket', (stack, fn) => new Bucket(stack, 'Bucket').addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(fn))],
  ])('%s sends batches, not requests: an error', (_, connect) => {
    expect(() => newFunction({ responses: ResponseCaching.http() }, connect).synth()).toThrow(/`responses` caches HTTP responses, but .* sends the function batches/);
    expect(() => newFunction({}, connect).synth()).not.toThrow();
  });

  test('the dashboard has a graph for responses, and alarms can watch them', () => {
    const monitored = (props: Partial<CachedFunctionProps>) => {
      const app = newFunction(props, (stack, fn) => {
        new CacheDashboard(stack, 'Dashboard', { functions: [fn] });
        fn.addHitRateAlarm('Low', { cache: 'responses', thresholdPercent: 50 });
      });
      const template = app.synth().getStackByName('Shop').template as { Resources: Record<string, { Type: string; Properties: object }> };
      const find = (type: string) => JSON.stringify(Object.values(template.Resources).find(({ Type }) => Type === type)?.Properties);
      return { dashboard: find('AWS::CloudWatch::Dashboard'), alarm: find('AWS::CloudWatch::Alarm') };
    };
    const { dashboard, alarm } = monitored({ responses: ResponseCaching.http() });
    expect(dashboard).toContain('responses');
    expect(monitored({}).dashboard).not.toContain('responses');
    expect(alarm).toContain('"Value":"responses"');
  });
});
