import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Distribution, LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import {
  Code, LambdaInsightsVersion, LayerVersion, ParamsAndSecretsLayerVersion, ParamsAndSecretsVersions, Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { newFunction, newStack, propertiesOf } from './stacks';
import { CachedFunctionProps } from '../../src';

describe('an invalid configuration is an error that names the prop and the remedy', () => {
  const layers = (stack: Stack, count: number) => Array.from({ length: count }, (_, i) =>
    LayerVersion.fromLayerVersionArn(stack, `Layer${i}`, `arn:aws:lambda:eu-west-1:1:layer:theirs:${i}`));

  test.each<[string, (stack: Stack) => Partial<CachedFunctionProps>, RegExp]>([
    ['five layers', (stack) => ({ layers: layers(stack, 5) }), /the number of layers must be at most 4, .* but is 5.*one is for the runtime/],
    ['four layers and one that a prop brings', (stack) => ({ layers: layers(stack, 4), insightsVersion: LambdaInsightsVersion.VERSION_1_0_229_0 }), /layers .*insightsVersion/],
    ['four layers and another that a prop brings', (stack) => ({ layers: layers(stack, 4), paramsAndSecrets: ParamsAndSecretsLayerVersion.fromVersion(ParamsAndSecretsVersions.V1_0_103) }),
      /layers .*paramsAndSecrets/],
    ['another language', () => ({ runtime: Runtime.PYTHON_3_13 }), /runtime must be Node\.js 22 or newer, but is 'python3\.13'.*NODEJS_24_X/],
    ['an older Node.js', () => ({ runtime: Runtime.NODEJS_20_X }), /runtime must be Node\.js 22 or newer, but is 'nodejs20\.x'/],
    ['a runtime of their own', () => ({ runtime: Runtime.PROVIDED_AL2023 }), /runtime must be Node\.js 22/],
    ['a container image', () => ({ entry: undefined, handler: 'x', code: Code.fromAssetImage(__dirname), runtime: Runtime.NODEJS_24_X }), /code must be a zip archive.*container image.*DockerImageFunction/],
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

    expect(() => Template.fromStack(stack)).toThrow(/CachedFunction Shop\/GetThing: the function cannot run at Lambda@Edge.*NodejsFunction/);
  });
});
