import { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';

/**
 * The name of a new group of subnets for a cache's nodes.
 *
 * @internal
 */
export function subnetGroupName(cache: Construct, vpc: IVpc, vpcSubnets?: SubnetSelection): string {
  return new CfnSubnetGroup(cache, 'Subnets', {
    description: `Where the cache ${cache.node.path} is`.slice(0, 255),
    subnetIds: vpc.selectSubnets(vpcSubnets).subnetIds,
  }).ref;
}
