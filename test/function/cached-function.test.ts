import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aws, CfnParameter, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CachedFunction, CachedFunctionProps, EvictionPolicy } from '../../src';

const entry = join(__dirname, '..', 'equipment', 'handlers', 'get-thing.ts');

// CloudFormation's own validation costs a second a synth, and has a test of its own where it matters.
process.env.CDK_VALIDATION = 'false';

function newStack({ bundle = false } = {}): Stack {
  return new Stack(new App({ context: bundle ? {} : { 'aws:cdk:bundling-stacks': [] } }), 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
}

function newFunction(stack: Stack, props: Partial<CachedFunctionProps> = {}, id = 'GetThing'): CachedFunction {
  return new CachedFunction(stack, id, { entry, runtime: Runtime.NODEJS_24_X, ...props });
}

/** What Lambda gets of the only function in the stack. */
function lambdaProperties(stack: Stack): { Environment: { Variables: Record<string, string> }; [name: string]: unknown } {
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  return resource.Properties as { Environment: { Variables: Record<string, string> } };
}

function settingsOf(stack: Stack): Record<string, unknown> {
  return JSON.parse(lambdaProperties(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS) as Record<string, unknown>;
}

describe('deploying', () => {
  test("the layer's handler becomes the function's, and gets the user's", () => {
    const stack = newStack();
    newFunction(stack);

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Handler: '/opt/cdk-cached-function/handler.handler',
      Layers: [{ Ref: Match.stringLikeRegexp('CdkCachedFunctionRuntime') }],
      Environment: { Variables: { CDK_CACHED_FUNCTION_HANDLER: 'index.handler' } },
    });
  });

  test('functions of one stack share one layer', () => {
    const stack = newStack();
    newFunction(stack, {}, 'One');
    newFunction(stack, {}, 'Two');

    Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 1);
  });

  test('the bundle takes the runtime from the layer, not from node_modules', () => {
    const stack = newStack({ bundle: true });
    newFunction(stack);
    const assembly = (stack.node.root as App).synth();

    const bundles = readdirSync(assembly.directory)
      .filter((name) => name.startsWith('asset.'))
      .map((name) => join(assembly.directory, name, 'index.js'))
      .filter((path) => { try { return readFileSync(path); } catch { return false; } })
      .map((path) => readFileSync(path, 'utf8'));
    expect(bundles).toHaveLength(1);
    expect(bundles[0]).toContain('cdk-cached-function.runtime');
    expect(bundles[0]).not.toContain('LRUCache');
    expect(bundles[0].length).toBeLessThan(4_000);
  });

  test('replacing the class name in an existing app only adds the cache', () => {
    const props: NodejsFunctionProps = {
      entry,
      handler: 'handler',
      runtime: Runtime.NODEJS_22_X,
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: { TABLE: 'things' },
      description: 'Gets things',
      bundling: { minify: true, esbuildArgs: { '--log-limit': '0' } },
    };
    const [before, after] = [newStack(), newStack()];
    new NodejsFunction(before, 'GetThing', props);
    new CachedFunction(after, 'GetThing', props);

    const [plain, cached] = [before, after].map((stack) => Template.fromStack(stack).toJSON() as { Resources: Record<string, never> });
    const layerId = Object.keys(cached.Resources).find((id) => id.startsWith('CdkCachedFunctionRuntime'))!;
    expect(Object.keys(cached.Resources)).toEqual([...Object.keys(plain.Resources), layerId]);
    const [functionId] = Object.keys(before.node.findChild('GetThing').node.defaultChild ? Template.fromStack(before).findResources('AWS::Lambda::Function') : {});
    const { Code: _, ...plainProperties } = (plain.Resources[functionId] as { Properties: Record<string, unknown> }).Properties;
    expect((cached.Resources[functionId] as { Properties: object }).Properties).toEqual({
      ...plainProperties,
      Code: expect.anything(),
      Handler: expect.stringContaining('/opt/'),
      Layers: [{ Ref: layerId }],
      Environment: {
        Variables: {
          TABLE: 'things',
          NODE_OPTIONS: '--max-old-space-size=440 --max-semi-space-size=8',
          CDK_CACHED_FUNCTION_HANDLER: 'index.handler',
          CDK_CACHED_FUNCTION_SETTINGS: expect.any(String),
        },
      },
    });
  });

  test("a function's version changes when its cache's settings do", () => {
    const versionIds = [Duration.minutes(1), Duration.minutes(2)].map((ttl) => {
      const stack = newStack();
      void newFunction(stack, { caching: { ttl } }).currentVersion;
      return Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'))[0];
    });

    expect(versionIds[0]).not.toBe(versionIds[1]);
  });
});

describe("V8's heap", () => {
  test.each([
    ['128 MB', {}, '--max-old-space-size=56 --max-semi-space-size=2'],
    ['a function with NODE_OPTIONS', { environment: { NODE_OPTIONS: '--enable-source-maps' } },
      '--enable-source-maps --max-old-space-size=56 --max-semi-space-size=2'],
    ['a function that has sized it already', { environment: { NODE_OPTIONS: '--max-old-space-size=80' } }, '--max-old-space-size=80'],
    ['a function large enough for what Lambda gives it', { memorySize: 1_024 }, undefined],
  ])('leaves room for the process in %s', (_, props, nodeOptions) => {
    const stack = newStack();
    newFunction(stack, props);

    expect(lambdaProperties(stack).Environment.Variables.NODE_OPTIONS).toBe(nodeOptions);
  });
});

describe('settings', () => {
  test('contain what the construct sets for caching', () => {
    const stack = newStack();
    const fn = newFunction(stack, {
      memorySize: 512,
      caching: { ttl: Duration.minutes(5), maxMemory: Size.mebibytes(64), maxEntries: 1_000, eviction: EvictionPolicy.LRU, namespace: 'shop', valueVersion: 'v2' },
    });
    fn.addCachePolicy('thing', { ttl: Duration.hours(1) });

    expect(settingsOf(stack)).toEqual({
      namespace: 'shop',
      maxMemoryBytes: 64 * 1024 * 1024,
      maxEntries: 1_000,
      eviction: 'lru',
      caching: { ttlMs: 300_000, valueVersion: 'v2' },
      caches: { thing: { ttlMs: 3_600_000 } },
    });
  });

  test('leave to the code what the construct does not set', () => {
    const stack = newStack();
    newFunction(stack);

    expect(settingsOf(stack)).toEqual({ namespace: '123456789012/eu-west-1/Shop/GetThing', caching: {}, caches: {} });
  });

  test('contain a namespace that differs between accounts, even if those are known only at deploy time', () => {
    const stack = new Stack(new App(), 'Shop');
    newFunction(stack);

    expect(lambdaProperties(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS).toEqual({
      'Fn::Join': ['', ['{"namespace":"', { Ref: 'AWS::AccountId' }, '/', { Ref: 'AWS::Region' }, '/Shop/GetThing","caching":{},"caches":{}}']],
    });
  });

  test('may contain tokens', () => {
    const stack = newStack();
    const minutes = new CfnParameter(stack, 'Minutes', { type: 'Number' }).valueAsNumber;
    newFunction(stack, { memorySize: minutes, caching: { namespace: Aws.STACK_ID, maxEntries: minutes, maxMemory: Size.mebibytes(4_000) } });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('errors at synth name the prop, its value and the remedy', () => {
  test.each<[string, Partial<CachedFunctionProps>, RegExp]>([
    ['a ttl of zero', { caching: { ttl: Duration.millis(0) } }, /^CachedFunction Shop\/GetThing: caching\.ttl must be longer than zero.*CDK_CACHED_FUNCTION_MODE/],
    ['an eviction policy that there is not', { caching: { eviction: 'fifo' as EvictionPolicy } }, /caching\.eviction must be one of adaptive, lru, but is 'fifo'/],
    ['no entries', { caching: { maxEntries: 0 } }, /caching\.maxEntries must be a whole number greater than zero, but is 0/],
    ['a shared cache of another type', { sharedCache: newStack() as never }, /sharedCache must be created or imported with this library, but is .*ServerlessCache/],
    ['a DAX cluster of another type', { dax: newStack() as never }, /dax must be created or imported with this library.*DaxCluster/],
    ['half an entry', { caching: { maxEntries: 1.5 } }, /caching\.maxEntries .* is 1\.5/],
  ])('%s', (_, props, message) => {
    expect(() => newFunction(newStack(), props)).toThrow(message);
  });

  test('a duration that cannot be converted, since its value is known only at deploy time', () => {
    const stack = newStack();
    const seconds = new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber;

    expect(() => newFunction(stack, { caching: { ttl: Duration.seconds(seconds) } })).toThrow(/caching\.ttl must be convertible.*Duration\.millis/);
    expect(() => newFunction(stack, { caching: { ttl: Duration.millis(seconds) } }, 'InMillis')).not.toThrow();
  });

  test('a cache name that is invalid as a key or a dimension', () => {
    const fn = newFunction(newStack());

    expect(() => fn.addCachePolicy('my cache', {})).toThrow(/addCachePolicy\(cacheName\) must be 1 to 64 letters.*'my cache'/);
    expect(() => fn.metricHits({ cache: 'a:b' })).toThrow(/'a:b'/);
  });

  test('two policies for one cache', () => {
    const fn = newFunction(newStack());
    fn.addCachePolicy('thing', { ttl: Duration.hours(1) });

    expect(() => fn.addCachePolicy('thing', { ttl: Duration.hours(2) })).toThrow(/no policy yet, but is 'thing'/);
  });

  test('an invalid policy names the cache', () => {
    expect(() => newFunction(newStack()).addCachePolicy('thing', { ttl: Duration.seconds(0) })).toThrow(/addCachePolicy\('thing'\)\.ttl/);
  });
});

describe('metrics', () => {
  const stack = newStack();
  const fn = newFunction(stack);
  const functionName = stack.resolve(fn.functionName) as unknown;

  test.each([
    ['Hits', fn.metricHits(), 'Sum'],
    ['Misses', fn.metricMisses(), 'Sum'],
    ['OriginCalls', fn.metricOriginCalls(), 'Sum'],
    ['OriginDuration', fn.metricOriginDuration(), 'Average'],
  ])('%s of the function', (name, metric, statistic) => {
    expect(stack.resolve(metric.toMetricConfig().metricStat)).toMatchObject({
      namespace: 'CachedFunction',
      metricName: name,
      statistic,
      dimensions: [{ name: 'FunctionName', value: functionName }],
    });
  });

  test('of one cache', () => {
    expect(stack.resolve(fn.metricHits({ cache: 'thing', statistic: 'Maximum', period: Duration.minutes(1) }).toMetricConfig().metricStat)).toMatchObject({
      statistic: 'Maximum',
      period: Duration.minutes(1),
      dimensions: [{ name: 'CacheName', value: 'thing' }, { name: 'FunctionName', value: functionName }],
    });
  });

  test('the hit rate is a percentage of hits and misses, and can be alarmed on', () => {
    const rate = fn.metricHitRate({ cache: 'thing', period: Duration.minutes(1) }).toMetricConfig().mathExpression!;

    const [hits, misses] = Object.keys(rate.usingMetrics);
    expect(rate.expression).toBe(`100 * ${hits} / (${hits} + ${misses})`);
    expect(rate.period).toBe(60);
    expect(Object.values(rate.usingMetrics).map((part) => part.toMetricConfig().metricStat!.metricName)).toEqual(['Hits', 'Misses']);
  });
});

test('an escape hatch on the handler is respected: the resource is the ordinary L1', () => {
  const stack = newStack();
  (newFunction(stack).node.defaultChild as CfnFunction).addPropertyOverride('MemorySize', 1_024);

  expect(lambdaProperties(stack).MemorySize).toBe(1_024);
});
