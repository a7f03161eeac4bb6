import { CfnFunction, CfnLayerVersion, CodeSigningConfig, UntrustedArtifactOnDeployment } from 'aws-cdk-lib/aws-lambda';
import { Platform, SigningProfile } from 'aws-cdk-lib/aws-signer';
import { Integ } from './integ';
import { CodeLocation, SignedCode } from './signed-code';

/** docs/unverified.md: a function that runs only signed code accepts our layer once it is signed, as the warning describes. */

const integ = new Integ('Signed');
const profile = new SigningProfile(integ.stack, 'Profile', { platform: Platform.AWS_LAMBDA_SHA384_ECDSA });
const codeSigningConfig = new CodeSigningConfig(integ.stack, 'Signing', {
  signingProfiles: [profile], untrustedArtifactOnDeployment: UntrustedArtifactOnDeployment.ENFORCE,
});
const fn = integ.function('Trusted', { codeSigningConfig });

const signed = new SignedCode(integ.stack, profile);
const resource = fn.node.defaultChild as CfnFunction;
resource.code = signed.of('Code', resource.code as CodeLocation);
const layer = integ.stack.node.findChild('CdkCachedFunctionRuntime').node.defaultChild as CfnLayerVersion;
layer.content = signed.of('Layer', layer.content as CodeLocation);

integ.expectAnswer(fn, { id: '1' }, { ids: ['1'], loads: 1 });
integ.expectMetric(fn, 'Misses');
integ.expectOfAws({
  service: 'Lambda', operation: 'GetFunctionConfiguration', input: { FunctionName: fn.functionName }, pick: ['Layers.0.SigningProfileVersionArn'],
}, /signing-profiles/);
