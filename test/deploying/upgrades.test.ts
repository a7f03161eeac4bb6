import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnLayerVersion, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { newFunction } from './stacks';
import { temporaryDirectory } from '../equipment/node-process';

const LAYER = 'CdkCachedFunctionRuntime';

/** The id of the function's version, if the runtime's layer has this text in it. */
function versionId(text: string, recognizeLayerVersion: boolean): string {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-lambda:recognizeLayerVersion': recognizeLayerVersion } }), 'Shop');
  // Instead of the library's own, which is one.
  new LayerVersion(stack, LAYER, { code: Code.fromAsset(temporaryDirectory({ 'handler.mjs': text })) });
  void newFunction(stack).currentVersion;
  return Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'))[0];
}

describe.each([['with', true], ['without', false]])('%s the feature flag recognizeLayerVersion', (_, flag) => {
  test('a new runtime creates a new version of the function, so that an alias points to it', () => {
    expect(versionId('new', flag)).not.toBe(versionId('old', flag));
  });

  test('the same runtime keeps the version', () => {
    expect(versionId('old', flag)).toBe(versionId('old', flag));
  });
});

test('a layer whose code an escape hatch replaces, such as a signed one, keeps its version', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Shop');
  void newFunction(stack).currentVersion;
  (stack.node.findChild(LAYER).node.defaultChild as CfnLayerVersion).content = { s3Bucket: 'signed', s3Key: 'runtime.zip' };

  expect(() => Template.fromStack(stack)).not.toThrow();
});
