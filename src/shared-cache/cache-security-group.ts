import { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * A security group that lets in nobody yet, and lets nothing out: a cache begins no connections.
 *
 * @internal
 */
export function cacheSecurityGroup(cache: Construct, vpc: IVpc): SecurityGroup {
  return new SecurityGroup(cache, 'SecurityGroup', { vpc, allowAllOutbound: false, description: `Who may use the cache ${cache.node.path}`.slice(0, 255) });
}
