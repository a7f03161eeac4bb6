import { join } from 'node:path';
import { App, Duration, Mixins, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  CfnFunction, Code, DockerImageCode, DockerImageFunction, Function as LambdaFunction, FunctionProps, LayerVersion, Runtime, SingletonFunction,
  Version,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { appWithPaths } from './app';
import { CacheDashboard, CachedFunction, Caching, CachingProps, FunctionCaching, MetricsLevel, ServerlessCache } from '../../src';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { describeOnLambda, emfLines, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';

const INLINE: FunctionProps = { code: Code.fromInline('exports.handler = async () => {}'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X };

/** A template with what is made of a function and its caching, by the mixin or by CachedFunction. */
function templateOf(make: (stack: Stack, sharing: Pick<CachingProps, 'sharedCache'>, vpc: Vpc) => unknown): object {
  const stack = new Stack(new App(), 'Shop');
  const vpc = new Vpc(stack, 'Vpc');
  make(stack, { sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) }, vpc);
  return Template.fromStack(stack).toJSON();
}

const CACHING = { ttl: Duration.minutes(1), maxMemory: Size.mebibytes(20) };

test('gives a function what a CachedFunction has', () => {
  const mixed = templateOf((stack, sharing, vpc) => {
    const fn = new LambdaFunction(stack, 'Fn', { ...INLINE, vpc, environment: { AWS_NODEJS_CONNECTION_REUSE_ENABLED: '1' } });
    fn.with(new Caching({ ...CACHING, ...sharing, metrics: MetricsLevel.FUNCTION }));
    FunctionCaching.of(fn).addCachePolicy('product', { ttl: Duration.minutes(2) });
    FunctionCaching.of(fn).addAlarms({ hitRate: { warning: { thresholdPercent: 50 } } });
    new CacheDashboard(stack, 'Dashboard', { functions: [fn] });
  });
  const own = templateOf((stack, sharing, vpc) => {
    const fn = new CachedFunction(stack, 'Fn', {
      ...INLINE, vpc, awsSdkConnectionReuse: true, caching: CACHING, ...sharing, metrics: MetricsLevel.FUNCTION,
    });
    fn.addCachePolicy('product', { ttl: Duration.minutes(2) });
    fn.addAlarms({ hitRate: { warning: { thresholdPercent: 50 } } });
    new CacheDashboard(stack, 'Dashboard', { functions: [fn] });
  });

  expect(mixed).toEqual(own);
});

test('reaches each function of a scope', () => {
  const stack = new Stack(new App(), 'Shop');
  const functions = ['One', 'Other'].map((id) => new LambdaFunction(stack, id, INLINE));
  Mixins.of(stack).apply(new Caching());

  expect(functions.map((fn) => FunctionCaching.of(fn).metricHits().dimensions)).toEqual(functions.map((fn) => ({ FunctionName: fn.functionName })));
  // One layer serves them all.
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 1);
});

test('a function without caching has no FunctionCaching', () => {
  const fn = new LambdaFunction(new Stack(new App(), 'Shop'), 'Fn', INLINE);

  expect(() => FunctionCaching.of(fn)).toThrow('FunctionCaching Shop/Fn: the function has no caching. Make it a CachedFunction, or add caching first with `fn.with(new Caching())`.');
});

describe('refuses', () => {
  const layers = (stack: Stack) => ['1', '2', '3', '4', '5'].map((id) => LayerVersion.fromLayerVersionArn(stack, id, `arn:aws:lambda:eu-west-1:111122223333:layer:layer:${id}`));

  test.each<[string, (stack: Stack) => unknown, string]>([
    ['a CachedFunction', (stack) => new CachedFunction(stack, 'Fn', INLINE).with(new Caching()),
      'Caching Shop/Fn: the function already has caching. Apply the mixin to a function only once; a CachedFunction has its own caching: set its props.'],
    ['a second application', (stack) => new LambdaFunction(stack, 'Fn', INLINE).with(new Caching(), new Caching()),
      'Caching Shop/Fn: the function already has caching.'],
    ['another runtime', (stack) => new LambdaFunction(stack, 'Fn', { ...INLINE, runtime: Runtime.PYTHON_3_13 }).with(new Caching()),
      "Caching Shop/Fn: runtime must be Node.js 22 or newer, but is 'python3.13'. Use Runtime.NODEJS_24_X."],
    ['a container image', (stack) => new DockerImageFunction(stack, 'Fn', { code: DockerImageCode.fromEcr(Repository.fromRepositoryName(stack, 'Images', 'images')) }).with(new Caching()),
      'Caching Shop/Fn: the function is a container image, which cannot have layers, and the runtime is a layer.'],
    ['a function that has five layers', (stack) => new LambdaFunction(stack, 'Fn', { ...INLINE, layers: layers(stack) }).with(new Caching()),
      'Caching Shop/Fn: the number of layers must be at most 4, but is 5.'],
    ['a scope that is not a function', (stack) => { new Caching().applyTo(stack); },
      'Caching Shop: only a Lambda function can have caching. Apply the mixin to the function itself.'],
    ['an invalid option', (stack) => new LambdaFunction(stack, 'Fn', INLINE).with(new Caching({ jitter: 2 })),
      'Caching Shop/Fn: caching.jitter must be a fraction from 0 to 1, but is 2.'],
    ['a shared cache that the function cannot reach', (stack) => new LambdaFunction(stack, 'Fn', INLINE).with(new Caching({
      sharedCache: new ServerlessCache(stack, 'Cache', { vpc: new Vpc(stack, 'Vpc') }),
    })), 'Caching Shop/Fn: the function is in no VPC'],
  ])('%s', (_, apply, message) => {
    expect(() => apply(new Stack(new App(), 'Shop'))).toThrow(message);
  });
});

describe('warns where there is no function to give caching to', () => {
  const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:other';
  const NOWHERE = 'The mixin Caching has no effect on';
  const ELSEWHERE = 'Its code, layers and environment are defined where it is created: apply the mixin there.';
  const singleton = (stack: Stack) => new SingletonFunction(stack, 'Single', { ...INLINE, uuid: '1', lambdaPurpose: 'Only' });

  test.each<[string, (stack: Stack) => unknown, string]>([
    ['an imported function', (stack) => LambdaFunction.fromFunctionArn(stack, 'It', ARN).with(new Caching()), `${NOWHERE} an imported function. ${ELSEWHERE}`],
    ['another imported function', (stack) => LambdaFunction.fromFunctionAttributes(stack, 'It', { functionArn: ARN, sameEnvironment: true }).with(new Caching()),
      `${NOWHERE} an imported function. ${ELSEWHERE}`],
    ['an alias', (stack) => new LambdaFunction(stack, 'Fn', INLINE).addAlias('live').with(new Caching()), `${NOWHERE} an alias. Apply it to its function, Shop/Fn.`],
    ['a version', (stack) => new LambdaFunction(stack, 'Fn', INLINE).currentVersion.with(new Caching()), `${NOWHERE} a version. Apply it to its function, Shop/Fn.`],
    ['an imported version', (stack) => Version.fromVersionArn(stack, 'It', `${ARN}:1`).with(new Caching()), `${NOWHERE} an alias or version. Its function is imported. ${ELSEWHERE}`],
    ['a SingletonFunction', (stack) => singleton(stack).with(new Caching()), `${NOWHERE} a SingletonFunction. Apply it to the function behind it, Shop/Only1.`],
    ['a CfnFunction', (stack) => new CfnFunction(stack, 'It', { code: { zipFile: 'x' }, role: 'arn:aws:iam::111122223333:role/x' }).with(new Caching()),
      `${NOWHERE} a CfnFunction. Create the function with the class Function or NodejsFunction, and apply it to that.`],
    ['an alias of a function with other caching', (stack) => new CachedFunction(stack, 'Fn', INLINE).addAlias('live').with(new Caching({ jitter: 1 })),
      `${NOWHERE} an alias. Apply it to its function, Shop/Fn.`],
  ])('%s', (_, apply, message) => {
    const stack = new Stack(new App(), 'Shop');
    apply(stack);

    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(`^${message.replaceAll(/[.()]/g, '\\$&')}.*cdk-cached-function:noCaching`));
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('no effect'))).toHaveLength(1);
  });

  test('but not where the mixin reaches their functions, too', () => {
    const stack = new Stack(new App(), 'Shop');
    new LambdaFunction(stack, 'Fn', INLINE).addAlias('live');
    singleton(stack);
    Mixins.of(stack).apply(new Caching());

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

const HANDLER = `
  const { cached } = require('cdk-cached-function/runtime');
  let loads = 0;
  const thing = cached('thing', async (id) => ({ id, load: ++loads }));
  exports.handler = async ({ id }) => thing(id);
`;

describeOnLambda('the handler of another construct\'s function', () => {
  const app = appWithPaths();
  const stack = new Stack(app, 'Mixed');
  const entry = join(__dirname, 'handlers', 'plain.ts');
  const functions = {
    'NodejsFunction that bundled the package': new NodejsFunction(stack, 'Bundled', { entry, runtime: Runtime.NODEJS_24_X }),
    'NodejsFunction that left it external': new NodejsFunction(stack, 'External', {
      entry, runtime: Runtime.NODEJS_24_X, bundling: { externalModules: ['cdk-cached-function/runtime'] },
    }),
    'Function that nobody bundled': new LambdaFunction(stack, 'Plain', { ...INLINE, code: Code.fromAsset(temporaryDirectory({ 'index.js': HANDLER })) }),
  };
  for (const fn of Object.values(functions)) {
    fn.with(new Caching({ ttl: Duration.minutes(1) }));
  }

  test.each(Object.entries(functions))('%s uses the runtime of the layer', async (_, fn) => {
    const [definition] = functionsFromAssembly(app.synth().directory, { functions: [fn.node.path] });
    await withEmulator(definition, async (lambda) => {
      const [first, second] = [await lambda.invoke({ id: 'a' }), await lambda.invoke({ id: 'a' })];

      expect([first.payload, second.payload]).toEqual([{ id: 'a', load: 1 }, { id: 'a', load: 1 }]);
      expect(emfLines(second.stdout)).toEqual([expect.objectContaining({ CacheName: 'thing', Hits: 1, Misses: 0 })]);
      expect([first.stderr, second.stderr]).toEqual([[], []]);
    });
  });
});
