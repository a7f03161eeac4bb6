import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What cdk-nag finds in every Lambda function as aws-cdk-lib makes it, and why we let it be. */
const MANAGED_POLICIES = {
  AWSLambdaBasicExecutionRole: 'Allows the function to write its logs and nothing else: it is what every function of AWS CDK has.',
  AWSLambdaVPCAccessExecutionRole: 'Allows Lambda to make the network interfaces of a function in a VPC; IAM knows no narrower resource for them.',
};

/**
 * Tells cdk-nag so. `CachedFunction` is a `NodejsFunction`, and leaves the role as that has made it: it is not for a cache to change.
 * A function that is given a `role` needs none of this.
 */
export function acknowledgeServiceRole(app: IConstruct): void {
  // Validations.of(app).acknowledge() says the same, but until aws-cdk-lib 2.262 it takes no id with an ARN in it.
  app.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, Object.fromEntries(Object.entries(MANAGED_POLICIES)
    .map(([name, reason]) => [`AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${name}]`, reason])));
}
