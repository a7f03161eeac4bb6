import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnLayerVersion, CodeSigningConfig } from 'aws-cdk-lib/aws-lambda';
import { Platform, SigningProfile } from 'aws-cdk-lib/aws-signer';
import { newFunction, newStack } from './stacks';

describe('a function that runs only signed code', () => {
  const signed = (stack: Stack) => new CodeSigningConfig(stack, 'Signing', {
    signingProfiles: [new SigningProfile(stack, 'Profile', { platform: Platform.AWS_LAMBDA_SHA384_ECDSA })],
  });

  test('causes a warning that describes what to do about the layer', () => {
    const stack = newStack();
    newFunction(stack, { codeSigningConfig: signed(stack) });

    Annotations.fromStack(stack).hasWarning('/Shop/GetThing', Match.stringLikeRegexp(
      'codeSigningConfig.*AWS Signer.*CfnLayerVersion at Shop/CdkCachedFunctionRuntime/Resource.*\\[ack: cdk-cached-function:codeSigning\\]'));
  });

  test('accepts a signed layer, as the warning describes', () => {
    const stack = newStack();
    newFunction(stack, { codeSigningConfig: signed(stack) });
    const layer = stack.node.findChild('CdkCachedFunctionRuntime').node.defaultChild as CfnLayerVersion;
    layer.content = { s3Bucket: 'signed', s3Key: 'runtime.zip' };

    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::LayerVersion', { Content: { S3Bucket: 'signed', S3Key: 'runtime.zip' } });
  });

  test('is the only one that causes the warning', () => {
    const stack = newStack();
    newFunction(stack);

    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});
