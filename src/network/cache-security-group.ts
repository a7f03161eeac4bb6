import { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { groupDescription } from './group-description';

/**
 * A security group without rules: each function adds its rule later, and a cache opens no connections.
 *
 * @internal
 */
export function cacheSecurityGroup(cache: Construct, vpc: IVpc): SecurityGroup {
  return new SecurityGroup(cache, 'SecurityGroup', { vpc, allowAllOutbound: false, description: groupDescription(`Who may use the cache ${cache.node.path}`) });
}
