import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture, Code, LambdaInsightsVersion, LayerVersion, LoggingFormat, Runtime, RuntimeFamily, TenancyConfig, Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expectCached, newFunction, newStack } from './stacks';
import { CachedFunctionProps } from '../../src';

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
