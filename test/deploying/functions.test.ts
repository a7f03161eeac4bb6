import { join } from 'node:path';
import { App, Aspects, Aws, CfnParameter, Duration, IAspect, NestedStack, Size, Stack, Stage, Tags, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { RestApi, LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';
import { Distribution, LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture, CfnFunction, CfnLayerVersion, Code, CodeSigningConfig, FunctionUrlAuthType, LambdaInsightsVersion,
  LayerVersion, LoggingFormat, ParamsAndSecretsLayerVersion, ParamsAndSecretsVersions, Runtime, RuntimeFamily, TenancyConfig, Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Platform, SigningProfile } from 'aws-cdk-lib/aws-signer';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';
import { CachedFunction, CachedFunctionProps, MetricsLevel } from '../../src';
import { functionWithoutEntry } from './fixtures/shop-stack';

/** Everything that people do to functions, done to this one. What is synthesized here is not bundled. */

process.env.CDK_VALIDATION = 'false';

const LAYER_HANDLER = '/opt/cdk-cached-function/handler.handler';
const entry = join(__dirname, 'handlers', 'plain.ts');
const env = { account: '123456789012', region: 'eu-west-1' };

function newApp(): App {
  return new App({ context: { 'aws:cdk:bundling-stacks': [] } });
}

function newStack(name = 'Shop', scope: App | Stage = newApp()): Stack {
  return new Stack(scope, name, { env });
}

function newFunction(scope: Stack, props: Partial<CachedFunctionProps> = {}, id = 'GetThing'): CachedFunction {
  return new CachedFunction(scope, id, { entry, runtime: Runtime.NODEJS_24_X, ...props });
}

interface FunctionProperties {
  readonly Handler: string;
  readonly Environment: { readonly Variables: Record<string, string> };
  readonly [name: string]: unknown;
}

function propertiesOf(stack: Stack): FunctionProperties {
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function', { Properties: { Handler: Match.anyValue(), Environment: Match.anyValue() } }));
  return functions[0].Properties as FunctionProperties;
}

/** Whether the function is one of ours, whole. */
function expectCached(stack: Stack, properties: object = {}): void {
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Handler: LAYER_HANDLER,
    Environment: { Variables: { CDK_CACHED_FUNCTION_HANDLER: 'index.handler', CDK_CACHED_FUNCTION_SETTINGS: Match.anyValue() } },
    ...properties,
  });
}

describe('what is given to a function, or given by it', () => {
  test('is granted to its role', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } }).grantReadData(fn);
    new Bucket(stack, 'Bucket').grantRead(fn);
    fn.grantInvoke(new ServicePrincipal('events.amazonaws.com'));

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['dynamodb:GetItem']) }), Match.objectLike({ Action: Match.arrayWith(['s3:GetObject*']) })]) },
      Roles: [{ Ref: Match.stringLikeRegexp('^GetThingServiceRole') }],
    });
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' });
  });

  test('comes from event sources, APIs and function URLs', () => {
    const stack = newStack();
    const fn = newFunction(stack);
    fn.addEventSource(new SqsEventSource(new Queue(stack, 'Queue'), { batchSize: 5 }));
    new RestApi(stack, 'Api').root.addMethod('GET', new LambdaIntegration(fn));
    fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });

    const functionId = stack.getLogicalId(fn.node.defaultChild as CfnFunction);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: functionId }, BatchSize: 5 });
    template.resourceCountIs('AWS::ApiGateway::Method', 1);
    template.hasResourceProperties('AWS::Lambda::Url', { TargetFunctionArn: { 'Fn::GetAtt': [functionId, 'Arn'] } });
    expectCached(stack);
  });

  test.each([
    ['a role of this app', (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })],
    ['an imported role', (stack: Stack) => Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs')],
    ['an imported role that must not be changed', (stack: Stack) => Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/theirs', { mutable: false })],
  ])('is what %s allows', (_, roleIn) => {
    const stack = newStack();
    const role = roleIn(stack);
    newFunction(stack, { role });

    expectCached(stack, { Role: stack.resolve(role.roleArn) as object });
    // Memory alone needs no permission at all.
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', role instanceof Role ? 1 : 0);
  });
});

describe('versions', () => {
  function versionId(change: (fn: CachedFunction) => void, props: Partial<CachedFunctionProps> = {}): string {
    const stack = newStack();
    const fn = newFunction(stack, props);
    void fn.currentVersion;
    change(fn);
    return Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'))[0];
  }
  const unchanged = versionId(() => {});

  test.each<[string, (fn: CachedFunction) => void, Partial<CachedFunctionProps>]>([
    ["a cache's policy is added", (fn) => fn.addCachePolicy('thing', { ttl: Duration.hours(1) }), {}],
    ['the metrics level is another', () => {}, { metrics: MetricsLevel.NONE }],
    ['the ttl is another', () => {}, { caching: { ttl: Duration.minutes(7) } }],
    ['the memory of the cache is another', () => {}, { caching: { maxMemory: Size.mebibytes(7) } }],
    ['the namespace is another', () => {}, { caching: { namespace: 'shop' } }],
    ["the user's handler is another", () => {}, { handler: 'other' }],
  ])('are new when %s', (_, change, props) => {
    expect(versionId(change, props)).not.toBe(unchanged);
  });

  test('stay when nothing changes', () => {
    expect(versionId(() => {})).toBe(unchanged);
    expect(versionId((fn) => void fn.metricHitRate())).toBe(unchanged);
  });

  test('can have an alias, with provisioned concurrency and its scaling', () => {
    const stack = newStack();
    const alias = newFunction(stack).addAlias('live', { provisionedConcurrentExecutions: 2 });
    alias.addAutoScaling({ maxCapacity: 5 }).scaleOnUtilization({ utilizationTarget: 0.5 });

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } });
    Template.fromStack(stack).resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 1);
  });
});

describe("a function's props reach it", () => {
  test.each<[string, (stack: Stack) => Partial<CachedFunctionProps>, object]>([
    ['a log group and the JSON format', (stack) => ({ logGroup: new LogGroup(stack, 'Logs'), loggingFormat: LoggingFormat.JSON }),
      { LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.stringLikeRegexp('^Logs') } } }],
    ['tracing', () => ({ tracing: Tracing.ACTIVE }), { TracingConfig: { Mode: 'Active' } }],
    ['tenant isolation', () => ({ tenancyConfig: TenancyConfig.PER_TENANT }), { TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }],
    ['a VPC', (stack) => ({ vpc: new Vpc(stack, 'Vpc') }), { VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() } }],
    ['a key for its environment variables', (stack) => ({ environmentEncryption: new Key(stack, 'Key') }), { KmsKeyArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] } }],
    ['an architecture', () => ({ architecture: Architecture.ARM_64 }), { Architectures: ['arm64'] }],
    ['layers of their own, before ours', (stack) => ({ layers: [LayerVersion.fromLayerVersionArn(stack, 'Theirs', 'arn:aws:lambda:eu-west-1:1:layer:theirs:1')] }),
      { Layers: ['arn:aws:lambda:eu-west-1:1:layer:theirs:1', { Ref: Match.stringLikeRegexp('^CdkCachedFunctionRuntime') }] }],
    ['an insights extension', () => ({ insightsVersion: LambdaInsightsVersion.VERSION_1_0_229_0 }), { Layers: Match.anyValue() }],
    ['reserved concurrency and a name', () => ({ reservedConcurrentExecutions: 3, functionName: 'get-thing' }), { ReservedConcurrentExecutions: 3, FunctionName: 'get-thing' }],
    ['code in a bucket', (stack) => ({ entry: undefined, code: Code.fromBucket(Bucket.fromBucketName(stack, 'Bucket', 'code'), 'get-thing.zip'), handler: 'index.handler' }),
      { Code: { S3Bucket: 'code', S3Key: 'get-thing.zip' } }],
  ])('%s', (_, props, expected) => {
    const stack = newStack();
    newFunction(stack, props(stack));

    expectCached(stack, expected);
  });

  test('a Node.js that is newer than this library', () => {
    const stack = newStack();
    newFunction(stack, { runtime: new Runtime('nodejs26.x', RuntimeFamily.NODEJS) });

    expectCached(stack, { Runtime: 'nodejs26.x' });
  });
});

describe('changes after the construct was made', () => {
  test('by escape hatches are respected', () => {
    const stack = newStack();
    const resource = newFunction(stack).node.defaultChild as CfnFunction;
    resource.addPropertyOverride('Environment.Variables.EXTRA', 'x');
    resource.timeout = 17;
    resource.addPropertyDeletionOverride('Environment.Variables.NODE_OPTIONS');

    expectCached(stack, { Timeout: 17, Environment: { Variables: Match.objectLike({ EXTRA: 'x', NODE_OPTIONS: Match.absent() }) } });
  });

  test('to the memory size also change what V8 may take of it', () => {
    const stack = newStack();
    const resource = newFunction(stack).node.defaultChild as CfnFunction;
    resource.memorySize = 2_048;

    expect(propertiesOf(stack).Environment.Variables).not.toHaveProperty('NODE_OPTIONS');
  });

  test('by Aspects are respected: tags, variables, another handler around ours', () => {
    const stack = newStack();
    newFunction(stack);
    Tags.of(stack).add('team', 'shop');
    Aspects.of(stack).add(aspect((node) => {
      if (node instanceof CachedFunction) {
        node.addEnvironment('ADDED', 'by an Aspect');
      }
      if (node instanceof CfnFunction) {
        // As tracing products do it.
        node.addPropertyOverride('Environment.Variables.THEIR_HANDLER', node.handler);
        node.handler = '/opt/theirs/handler.handler';
      }
    }));

    expect(propertiesOf(stack)).toMatchObject({
      Handler: '/opt/theirs/handler.handler',
      Tags: [{ Key: 'team', Value: 'shop' }],
      Environment: { Variables: { ADDED: 'by an Aspect', THEIR_HANDLER: LAYER_HANDLER, CDK_CACHED_FUNCTION_HANDLER: 'index.handler' } },
    });
  });
});

function aspect(visit: (node: IConstruct) => void): IAspect {
  return { visit };
}

describe('where a function lies', () => {
  test('each stage has its own namespace, and each stack its own layer', () => {
    const app = newApp();
    const stacks = ['Dev', 'Prod'].map((name) => {
      const stack = newStack('Shop', new Stage(app, name));
      newFunction(stack);
      return stack;
    });

    const namespaces = stacks.map((stack) => {
      const settings = JSON.parse(propertiesOf(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS) as { namespace: string };
      return settings.namespace;
    });
    expect(namespaces).toEqual(['123456789012/eu-west-1/Dev-Shop/GetThing', '123456789012/eu-west-1/Prod-Shop/GetThing']);
    stacks.forEach((stack) => Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 1));
  });

  test('a nested stack has a layer of its own, and a function with the same id in its parent another namespace', () => {
    const parent = newStack();
    const nested = new NestedStack(parent, 'Nested');
    newFunction(parent);
    newFunction(nested);

    Template.fromStack(nested).resourceCountIs('AWS::Lambda::LayerVersion', 1);
    expectCached(nested);
    const settings = [parent, nested].map((stack) => JSON.stringify(propertiesOf(stack).Environment.Variables.CDK_CACHED_FUNCTION_SETTINGS));
    expect(settings[0]).not.toBe(settings[1]);
  });

  test('its metrics and its permissions can be used from other stacks, without a cycle', () => {
    const app = newApp();
    const [shop, watch] = [newStack('Shop', app), newStack('Watch', app)];
    const fn = newFunction(shop);
    new Alarm(watch, 'HitRate', { metric: fn.metricHitRate({ cache: 'thing' }), threshold: 50, evaluationPeriods: 1 });
    fn.grantInvoke(new Role(watch, 'Caller', { assumedBy: new ServicePrincipal('states.amazonaws.com') }));

    expect(() => app.synth()).not.toThrow();
    expect(watch.dependencies).toEqual([shop]);
    expect(JSON.stringify(Template.fromStack(watch).findResources('AWS::CloudWatch::Alarm'))).toContain('Shop:ExportsOutputRefGetThing');
    Template.fromStack(watch).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] } });
  });
});

describe('an entry that is not named', () => {
  test('is found beside the file that makes the function', () => {
    const stack = new Stack(new App(), 'Shop');
    functionWithoutEntry(stack);

    expectCached(stack);
  });

  test('is an error that names the prop, and the file that would do', () => {
    expect(() => new CachedFunction(newStack(), 'Nowhere')).toThrow(/entry must be the path of the handler's source file.*functions\.test\.Nowhere\.ts/);
  });
});

describe('what cannot work is an error that names the prop and the way out', () => {
  const layers = (stack: Stack, count: number) => Array.from({ length: count }, (_, i) =>
    LayerVersion.fromLayerVersionArn(stack, `Layer${i}`, `arn:aws:lambda:eu-west-1:1:layer:theirs:${i}`));

  test.each<[string, (stack: Stack) => Partial<CachedFunctionProps>, RegExp]>([
    ['five layers', (stack) => ({ layers: layers(stack, 5) }), /layers must be 4 at most.*'5 layers'.*one is for the runtime/],
    ['four layers and one that a prop brings', (stack) => ({ layers: layers(stack, 4), insightsVersion: LambdaInsightsVersion.VERSION_1_0_229_0 }), /layers .*insightsVersion/],
    ['four layers and another that a prop brings', (stack) => ({ layers: layers(stack, 4), paramsAndSecrets: ParamsAndSecretsLayerVersion.fromVersion(ParamsAndSecretsVersions.V1_0_103) }),
      /layers .*paramsAndSecrets/],
    ['another language', () => ({ runtime: Runtime.PYTHON_3_13 }), /runtime must be Node\.js 22 or newer, and is 'python3\.13'.*NODEJS_24_X/],
    ['an older Node.js', () => ({ runtime: Runtime.NODEJS_20_X }), /runtime must be Node\.js 22 or newer, and is 'nodejs20\.x'/],
    ['a runtime of their own', () => ({ runtime: Runtime.PROVIDED_AL2023 }), /runtime must be Node\.js 22/],
    ['a container image', () => ({ entry: undefined, handler: 'x', code: Code.fromAssetImage(__dirname), runtime: Runtime.NODEJS_24_X }), /code must be a zip archive.*container image/],
  ])('%s', (_, props, message) => {
    const stack = newStack();
    expect(() => newFunction(stack, props(stack))).toThrow(message);
  });

  test('four layers are not too many', () => {
    const stack = newStack();
    newFunction(stack, { layers: layers(stack, 4) });

    expect(propertiesOf(stack).Layers).toHaveLength(5);
  });

  test('Lambda@Edge', () => {
    const stack = newStack();
    const fn = newFunction(stack);

    new Distribution(stack, 'Site', {
      defaultBehavior: { origin: new HttpOrigin('example.com'), edgeLambdas: [{ functionVersion: fn.currentVersion, eventType: LambdaEdgeEventType.ORIGIN_REQUEST }] },
    });

    expect(() => Template.fromStack(stack)).toThrow(/Shop\/GetThing cannot run at Lambda@Edge.*NodejsFunction/);
  });
});

describe("Lambda's limit for environment variables", () => {
  const errorOf = (prepare: (fn: CachedFunction, stack: Stack) => void, props: Partial<CachedFunctionProps> = {}) => {
    const stack = newStack();
    prepare(newFunction(stack, props), stack);
    try {
      (stack.node.root as App).synth();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('is an error that names the size, the largest variables and the way out', () => {
    const message = errorOf((fn) => {
      for (let i = 0; i < 60; i++) {
        fn.addCachePolicy(`a-cache-with-a-rather-long-name-${i}`, { ttl: Duration.hours(1), staleIfError: Duration.days(1) });
      }
      fn.addEnvironment('LARGE', 'x'.repeat(1_000));
    });

    expect(message).toMatch(/Shop\/GetThing/);
    expect(message).toMatch(/environment must fit into Lambda's limit of 4096 bytes for all variables, and is '\d{4} bytes'/);
    expect(message).toMatch(/The largest are CDK_CACHED_FUNCTION_SETTINGS \(\d+ bytes\), LARGE \(1009 bytes\), /);
    expect(message).toMatch(/fewer caches have an addCachePolicy\(\).*Parameter Store/);
  });

  // What ours take is known: one byte more or less decides.
  const OURS = Buffer.byteLength(JSON.stringify({ ...variablesOf(), FILL: '' }));

  test.each([[4_096 - OURS, undefined], [4_096 - OURS + 1, /is '4097 bytes'/]])('is met with %d more bytes: %s', (fill, error) => {
    const message = errorOf((fn) => fn.addEnvironment('FILL', 'x'.repeat(fill)));

    expect(message ?? '').toMatch(error ?? /^$/);
  });

  test('counts what JSON needs for quotes and for other languages, as Lambda does', () => {
    expect(errorOf((fn) => fn.addEnvironment('QUOTES', '"'.repeat(2_000)))).toMatch(/QUOTES \(4010 bytes\)/);
    expect(errorOf((fn) => fn.addEnvironment('WORDS', 'ü'.repeat(2_000)))).toMatch(/WORDS \(4009 bytes\)/);
  });

  test('does not count what is known only when deploying', () => {
    expect(errorOf((fn, stack) => {
      for (let i = 0; i < 40; i++) {
        fn.addEnvironment(`N${i}`, new Bucket(stack, `A-bucket-with-a-long-name-that-is-only-in-the-template-${i}`).bucketArn);
      }
    })).toBeUndefined();
    expect(errorOf((fn) => fn.addEnvironment('JOINED', `${Aws.STACK_ID}${'x'.repeat(4_096)}`))).toMatch(/JOINED \(41\d\d bytes\)/);
  });

  test('includes what Aspects add', () => {
    expect(errorOf((_, stack) => {
      Aspects.of(stack).add(aspect((node) => {
        if (node instanceof CachedFunction) {
          node.addEnvironment('ADDED', 'x'.repeat(5_000));
        }
      }));
    })).toMatch(/ADDED \(5009 bytes\)/);
  });

  function variablesOf(): Record<string, string> {
    const stack = newStack();
    newFunction(stack);
    return propertiesOf(stack).Environment.Variables;
  }
});

describe('a function that only runs signed code', () => {
  const signed = (stack: Stack) => new CodeSigningConfig(stack, 'Signing', {
    signingProfiles: [new SigningProfile(stack, 'Profile', { platform: Platform.AWS_LAMBDA_SHA384_ECDSA })],
  });

  test('is warned of, with what must be done about the layer', () => {
    const stack = newStack();
    newFunction(stack, { codeSigningConfig: signed(stack) });

    Annotations.fromStack(stack).hasWarning('/Shop/GetThing', Match.stringLikeRegexp(
      'codeSigningConfig.*AWS Signer.*CfnLayerVersion at Shop/CdkCachedFunctionRuntime/Resource.*\\[ack: cdk-cached-function:codeSigning\\]'));
  });

  test('takes a signed layer, as the warning says', () => {
    const stack = newStack();
    newFunction(stack, { codeSigningConfig: signed(stack) });
    const layer = stack.node.findChild('CdkCachedFunctionRuntime').node.defaultChild as CfnLayerVersion;
    layer.content = { s3Bucket: 'signed', s3Key: 'runtime.zip' };

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'signed', S3Key: 'runtime.zip' } });
  });

  test('is the only one that is warned of', () => {
    const stack = newStack();
    newFunction(stack);

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

test('values that are known only when deploying are never an error', () => {
  const stack = new Stack(newApp(), 'Shop');
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const fn = newFunction(stack, {
    memorySize: number,
    timeout: Duration.seconds(number),
    environment: { NODE_OPTIONS: text, TOKEN: text },
    functionName: text,
    handler: 'index.handler',
    caching: {
      ttl: Duration.millis(number),
      staleIfError: Duration.millis(number),
      softTimeout: Duration.millis(number),
      jitterPercent: number,
      maxEntries: number,
      maxMemory: Size.bytes(number),
      maxBackgroundTime: Duration.millis(number),
      namespace: text,
      valueVersion: text,
    },
  });
  fn.addCachePolicy('thing', { ttl: Duration.millis(number) });
  fn.metricHits({ cache: text });

  // NodejsFunction itself must know the runtime to bundle for it; for code that is built it need not.
  const parameter = new Runtime(Token.asString({ Ref: 'Text' }), RuntimeFamily.NODEJS);
  newFunction(stack, { entry: undefined, code: Code.fromAsset(join(__dirname, 'handlers')), handler: text, runtime: parameter }, 'Prebuilt');

  expectCached(stack, { MemorySize: { Ref: 'Number' } });
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Runtime: { Ref: 'Text' }, Handler: LAYER_HANDLER, Environment: { Variables: { CDK_CACHED_FUNCTION_HANDLER: { Ref: 'Text' } } },
  });
});

test('a managed policy of theirs stays the only one', () => {
  const stack = newStack();
  const fn = newFunction(stack);
  fn.role!.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonSQSReadOnlyAccess'));

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.arrayWith([{ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('AmazonSQSReadOnlyAccess')])] }]) });
});
