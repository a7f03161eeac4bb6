import { App, Aspects, Duration, type IPropertyInjector, PropertyInjectors, Size, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFunction, Code, CodeSigningConfig, DurableConfig, Function as LambdaFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Platform, SigningProfile } from 'aws-cdk-lib/aws-signer';
import { aspect, newFunction, newStack, propertiesOf } from './stacks';
import { CachedFunction, type CachedFunctionProps, ReplicationGroupCache, ServerlessCache } from '../../src';

/** What the function is in the end, from any source: organisations inject props, and Aspects and escape hatches change resources. */

/** Gives props to each Lambda function of a stack, or to each object of another class. */
function inject(scope: Stack, props: object, constructUniqueId = LambdaFunction.PROPERTY_INJECTION_ID): void {
  const injector: IPropertyInjector = { constructUniqueId, inject: (original: object) => ({ ...original, ...props }) };
  PropertyInjectors.of(scope).add(injector);
}

/** Changes each function's resource by an Aspect. */
function change(stack: Stack, how: (resource: CfnFunction) => void): void {
  Aspects.of(stack).add(aspect((node) => {
    if (node instanceof CfnFunction) {
      how(node);
    }
  }));
}

const variablesOf = (stack: Stack) => propertiesOf(stack).Environment.Variables;

describe('what a property injector sets for Lambda functions', () => {
  test.each([
    ['a small function', 256, '--enable-source-maps --max-old-space-size=184 --max-semi-space-size=4'],
    ['a large one', 1_024, '--enable-source-maps'],
  ])('NODE_OPTIONS are kept in %s', (_, memorySize, expected) => {
    const stack = newStack();
    inject(stack, { environment: { NODE_OPTIONS: '--enable-source-maps' } });
    newFunction(stack, { memorySize });

    expect(variablesOf(stack).NODE_OPTIONS).toBe(expected);
  });

  test('its memory determines the size of the cache', () => {
    const stack = newStack();
    inject(stack, { memorySize: 2_048 });
    newFunction(stack, { caching: { maxMemory: Size.mebibytes(512) } });

    expect(variablesOf(stack)).not.toHaveProperty('NODE_OPTIONS');
  });

  test('its VPC is where the function reaches its cache', () => {
    const stack = newStack();
    const [vpc, other] = [new Vpc(stack, 'Vpc'), new Vpc(stack, 'Other')];
    inject(stack, { vpc });
    newFunction(stack, { sharedCache: new ServerlessCache(stack, 'Cache', { vpc }) });

    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    expect(() => newFunction(stack, { sharedCache: new ReplicationGroupCache(stack, 'Elsewhere', { vpc: other }) }, 'Lost'))
      .toThrow('CachedFunction Shop/Lost: the function is in a different VPC (Shop/Vpc) from Shop/Elsewhere (Shop/Other)');
  });

  test('its code signing causes a warning', () => {
    const stack = newStack();
    inject(stack, { codeSigningConfig: new CodeSigningConfig(stack, 'Signing', { signingProfiles: [new SigningProfile(stack, 'Profile', { platform: Platform.AWS_LAMBDA_SHA384_ECDSA })] }) });
    newFunction(stack);

    Annotations.fromStack(stack).hasWarning('/Shop/GetThing', Match.stringLikeRegexp('AWS Signer.*\\[ack: cdk-cached-function:codeSigning\\]'));
  });

  test('an older Node.js is an error', () => {
    const stack = newStack();
    inject(stack, { runtime: Runtime.NODEJS_20_X });
    newFunction(stack);

    expect(() => Template.fromStack(stack)).toThrow("CachedFunction Shop/GetThing: runtime must be Node.js 22 or newer, but is 'nodejs20.x'. Use Runtime.NODEJS_24_X.");
  });
});

describe('a property injector of CachedFunction itself', () => {
  test('may set what only a CachedFunction has', () => {
    const stack = newStack();
    inject(stack, { caching: { ttl: Duration.hours(1) } }, CachedFunction.PROPERTY_INJECTION_ID);
    newFunction(stack);

    expect(CachedFunction.PROPERTY_INJECTION_ID).toBe('cdk-cached-function.CachedFunction');
    expect(JSON.parse(variablesOf(stack).CDK_CACHED_FUNCTION_SETTINGS)).toMatchObject({ caching: { ttlMs: 3_600_000 } });
  });

  test('applies from the nearest scope, and its values are checked', () => {
    const injector: IPropertyInjector = {
      constructUniqueId: CachedFunction.PROPERTY_INJECTION_ID,
      inject: (props: CachedFunctionProps) => ({ ...props, caching: { ttl: Duration.hours(2) } }),
    };
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, propertyInjectors: [injector] });
    const stack = new Stack(app, 'Shop');
    newFunction(stack);
    expect(JSON.stringify(propertiesOf(stack))).toContain('7200000');

    const strict = newStack();
    inject(strict, { caching: { ttl: Duration.seconds(0) } }, CachedFunction.PROPERTY_INJECTION_ID);
    expect(() => newFunction(strict)).toThrow('CachedFunction Shop/GetThing: caching.ttl must be longer than zero');
  });
});

describe('NODE_OPTIONS and heap sizes are merged', () => {
  test.each<[string, (stack: Stack, fn: CachedFunction) => void, string | undefined]>([
    ['when added later', (_, fn) => fn.addEnvironment('NODE_OPTIONS', '--enable-source-maps'), '--enable-source-maps --max-old-space-size=56 --max-semi-space-size=2'],
    ['when added by an Aspect', (stack) => Aspects.of(stack).add(aspect((node) => {
      if (node instanceof CachedFunction) {
        node.addEnvironment('NODE_OPTIONS', '--enable-source-maps');
      }
    })), '--enable-source-maps --max-old-space-size=56 --max-semi-space-size=2'],
    ['when they size the heap themselves', (_, fn) => fn.addEnvironment('NODE_OPTIONS', '--max-old-space-size=100'), '--max-old-space-size=100'],
    ['when an escape hatch makes the function larger', (_, fn) => (fn.node.defaultChild as CfnFunction).addPropertyOverride('MemorySize', 1_024), undefined],
    ['when an Aspect makes it larger', (stack) => change(stack, (resource) => { resource.memorySize = 512; }), '--max-old-space-size=440 --max-semi-space-size=8'],
    ['except on a Managed Instance that names no memory: it does not have 128 MB', (_, fn) => (fn.node.defaultChild as CfnFunction).addPropertyOverride(
      'CapacityProviderConfig', { LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: 'arn:aws:lambda:eu-west-1:1:capacity-provider:big' } }), undefined],
  ])('%s', (_, how, expected) => {
    const stack = newStack();
    how(stack, newFunction(stack));

    expect(variablesOf(stack).NODE_OPTIONS).toBe(expected);
  });

  test('an escape hatch on the variable itself is left unchanged', () => {
    const stack = newStack();
    (newFunction(stack).node.defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.NODE_OPTIONS', '--mine');

    expect(variablesOf(stack).NODE_OPTIONS).toBe('--mine');
  });
});

describe('a function that would never start, or would run without its cache, is an error', () => {
  const fiveLayers = (stack: Stack) => ['1', '2', '3', '4', '5'].map((version) => `arn:aws:lambda:${stack.region}:1:layer:theirs:${version}`);

  test.each<[string, (resource: CfnFunction) => void, string]>([
    ['an older Node.js', (resource) => { resource.runtime = 'nodejs20.x'; }, "runtime must be Node.js 22 or newer, but is 'nodejs20.x'"],
    ['an older Node.js, by override', (resource) => resource.addPropertyOverride('Runtime', 'nodejs18.x'), "runtime must be Node.js 22 or newer, but is 'nodejs18.x'"],
    ['another language', (resource) => { resource.runtime = 'python3.13'; }, "runtime must be Node.js 22 or newer, but is 'python3.13'"],
    ['a container image', (resource) => { resource.runtime = undefined; resource.packageType = 'Image'; }, "runtime must be Node.js 22 or newer, but is 'Image'"],
    ['another handler', (resource) => { resource.handler = 'index.handler'; },
      "the function's handler must be the layer's, '/opt/cdk-cached-function/handler.handler', but is 'index.handler'. An injector, an Aspect or an escape hatch has replaced it"],
    ['other layers', (resource) => { resource.layers = ['arn:aws:lambda:eu-west-1:1:layer:theirs:1']; },
      "the function must have the runtime's layer, which is not among its layers (1). An injector, an Aspect or an escape hatch has replaced them, and the function would not start. Add layers with addLayers()."],
    ['no layers', (resource) => resource.addPropertyDeletionOverride('Layers'), "the function must have the runtime's layer, which is not among its layers \(0\)"],
    ['a sixth layer', (resource) => fiveLayers(Stack.of(resource)).forEach((arn, index) => resource.addPropertyOverride(`Layers.${index + 1}`, arn)), "the number of layers must be at most 5, including the runtime's, but is 6"],
    ['another environment', (resource) => { resource.environment = { variables: { MINE: '1' } }; },
      'the environment variable CDK_CACHED_FUNCTION_HANDLER must have the value that CachedFunction sets, but is undefined'],
    ['an unknown mode', (resource) => resource.addPropertyOverride('Environment.Variables.CDK_CACHED_FUNCTION_MODE', 'disabled'),
      "the environment variable CDK_CACHED_FUNCTION_MODE must be one of off, shadow, but is 'disabled'. To keep the cache on, leave it out or empty."],
  ])('%s', (_, how, message) => {
    const stack = newStack();
    newFunction(stack);
    change(stack, how);

    expect(() => Template.fromStack(stack)).toThrow(`CachedFunction Shop/GetThing: ${message}`);
  });

  test('layers that an Aspect adds count, too', () => {
    const stack = newStack();
    newFunction(stack);
    Aspects.of(stack).add(aspect((node) => {
      if (node instanceof CachedFunction) {
        fiveLayers(stack).forEach((arn, index) => node.addLayers(LayerVersion.fromLayerVersionArn(stack, `Theirs${index}`, arn)));
      }
    }));

    expect(() => Template.fromStack(stack)).toThrow();
  });

  test('what is known only at deploy time is no error', () => {
    const stack = newStack();
    newFunction(stack);
    change(stack, (resource) => {
      resource.addPropertyOverride('Runtime', { Ref: 'Runtime' });
      resource.addPropertyOverride('Layers', { 'Fn::Split': [',', { Ref: 'Layers' }] });
      resource.addPropertyOverride('Handler', { Ref: 'Handler' });
      resource.addPropertyOverride('MemorySize', { Ref: 'Memory' });
      resource.timeout = Token.asNumber({ Ref: 'Timeout' });
    });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('memory for entries that does not fit into the heap is an error that names the memory needed', () => {
  test.each<[string, Partial<CachedFunctionProps>, string]>([
    ['half of a small function', { caching: { maxMemory: Size.mebibytes(64) } },
      "caching.maxMemory must be at most 32 MiB in a function with 128 MB of memory, whose JavaScript heap is 56 MB, but is '64 MiB'. Lower it, or set memorySize to 184 or more."],
    ['all of a function', { memorySize: 256, caching: { maxMemory: Size.mebibytes(256) } }, "must be at most 105 MiB in a function with 256 MB of memory, whose JavaScript heap is 184 MB, but is '256 MiB'. Lower it, or set memorySize to 520 or more."],
    ['most of a large function', { memorySize: 2_048, caching: { maxMemory: Size.mebibytes(1_900) } }, 'set memorySize to 3695 or more.'],
    ['more than the heap that NODE_OPTIONS set', { memorySize: 1_024, environment: { NODE_OPTIONS: '--max-old-space-size=100' }, caching: { maxMemory: Size.mebibytes(64) } }, 'whose JavaScript heap is 100 MB'],
  ])('%s', (_, props, message) => {
    const stack = newStack();
    newFunction(stack, props);

    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  test.each([[64, 184], [256, 520], [1_900, 3_695]])('and with that memory %i MiB are accepted', (maxMemory, memorySize) => {
    const stack = newStack();
    newFunction(stack, { memorySize, caching: { maxMemory: Size.mebibytes(maxMemory) } });
    expect(() => Template.fromStack(stack)).not.toThrow();

    const smaller = newStack();
    newFunction(smaller, { memorySize: memorySize - 1, caching: { maxMemory: Size.mebibytes(maxMemory) } });
    expect(() => Template.fromStack(smaller)).toThrow('caching.maxMemory');
  });
});

describe('warnings', () => {
  test('a durable function', () => {
    const stack = newStack();
    newFunction(stack, { durableConfig: { executionTimeout: Duration.hours(1) } satisfies DurableConfig });

    Annotations.fromStack(stack).hasWarning('/Shop/GetThing',
      'A durable function replays from its beginning, and a cached read may then return a different value. Call cached functions inside a step, whose result is stored. [ack: cdk-cached-function:durable]');
  });

  test.each<[string, Partial<CachedFunctionProps>, string | undefined]>([
    ['beyond the timeout that every function has', { caching: { hardTimeout: Duration.seconds(3) } },
      "`caching.hardTimeout` (3 seconds) never takes effect: Lambda ends the invocation after 3 seconds. Raise the function's `timeout`, or lower hardTimeout. [ack: cdk-cached-function:hardTimeout]"],
    ['beyond its own', { timeout: Duration.seconds(10), caching: { hardTimeout: Duration.seconds(11) } }, '`caching.hardTimeout` (11 seconds) never takes effect: Lambda ends the invocation after 10 seconds.'],
    ['within it', { timeout: Duration.seconds(10), caching: { hardTimeout: Duration.seconds(9) } }, undefined],
  ])('a hard timeout %s', (_, props, expected) => {
    const stack = newStack();
    newFunction(stack, props);

    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('hardTimeout'));
    expect(warnings.map(({ entry }) => entry.data)).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });
});

describe('the mode', () => {
  test.each<[string, Partial<CachedFunctionProps>, string | undefined]>([
    ['is on by default', {}, undefined],
    ['is that of the construct', { caching: { mode: 'shadow' as never } }, 'shadow'],
    ['of the environment comes before it, in any case', { caching: { mode: 'shadow' as never }, environment: { CDK_CACHED_FUNCTION_MODE: 'OFF' } }, 'off'],
  ])('%s', (_, props, expected) => {
    const stack = newStack();
    newFunction(stack, props);

    expect(variablesOf(stack).CDK_CACHED_FUNCTION_MODE).toBe(expected);
  });

  test('with an unknown value is an error', () => {
    const stack = newStack();
    newFunction(stack, { environment: { CDK_CACHED_FUNCTION_MODE: 'none' } });

    expect(() => Template.fromStack(stack)).toThrow("the environment variable CDK_CACHED_FUNCTION_MODE must be one of off, shadow, but is 'none'");
  });
});

test("a wrapper script gets the layer's module type, which OpenTelemetry's uses to choose how it loads itself", () => {
  const stack = newStack();
  newFunction(stack, { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' } });

  expect(variablesOf(stack).HANDLER_IS_ESM).toBe('true');
  const without = newStack();
  newFunction(without);
  expect(variablesOf(without)).not.toHaveProperty('HANDLER_IS_ESM');
});

test('prebuilt code is checked like any other', () => {
  const stack = newStack();
  newFunction(stack, { entry: undefined, code: Code.fromInline('exports.handler = async () => {};'), handler: 'index.handler', caching: { maxMemory: Size.mebibytes(100) } });

  expect(() => Template.fromStack(stack)).toThrow('caching.maxMemory must be at most 32 MiB');
});
