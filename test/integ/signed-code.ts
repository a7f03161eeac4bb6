import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { SigningProfile } from 'aws-cdk-lib/aws-signer';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { handler } from './integ';

/** Where code is, as CloudFormation has it of functions and of layers. */
export interface CodeLocation {
  readonly s3Bucket: string;
  readonly s3Key: string;
}

/** Signs what the CDK uploads: AWS Signer makes a copy, in another bucket. */
export class SignedCode {
  private readonly bucket: Bucket;
  private readonly signer: NodejsFunction;
  private readonly provider: Provider;

  public constructor(private readonly stack: Stack, private readonly profile: SigningProfile) {
    this.bucket = new Bucket(stack, 'SignedCode', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    this.signer = new NodejsFunction(stack, 'Signer', { entry: handler('sign-code'), runtime: Runtime.NODEJS_24_X, timeout: Duration.minutes(2) });
    this.provider = new Provider(stack, 'SignerProvider', { onEventHandler: this.signer });
    this.bucket.grantReadWrite(this.signer);
    // `signer:StartSigningJob` with the profile, and `signer:DescribeSigningJob`, whose jobs have no name yet.
    this.signer.addToRolePolicy(new PolicyStatement({ actions: ['signer:StartSigningJob'], resources: [profile.signingProfileArn] }));
    this.signer.addToRolePolicy(new PolicyStatement({ actions: ['signer:DescribeSigningJob'], resources: ['*'] }));
  }

  /** The signed copy of some code. */
  public of(id: string, { s3Bucket, s3Key }: CodeLocation): CodeLocation {
    Bucket.fromBucketName(this.stack, `${id}Assets`, s3Bucket).grantRead(this.signer);
    const copy = new CustomResource(this.stack, `${id}Signed`, {
      serviceToken: this.provider.serviceToken,
      properties: { profileName: this.profile.signingProfileName, sourceBucket: s3Bucket, sourceKey: s3Key, bucket: this.bucket.bucketName },
    });
    // What the signer may do comes first.
    copy.node.addDependency(this.signer);
    return { s3Bucket: this.bucket.bucketName, s3Key: copy.getAttString('key') };
  }
}
