import { Stack, Token } from 'aws-cdk-lib';
import { CfnSubnet, CfnSubnetCidrBlock, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { CacheNetworkType } from './cache-network-type';
import { finalProperties } from '../function/final-properties';
import { inConstruct, invalidProp } from '../validation/errors';

/**
 * Checks at synth, after all Aspects and escape hatches, that a cache's subnets have addresses of its network type, to the extent that the
 * app creates them.
 *
 * @internal
 */
export function checkSubnetsAtSynth(className: string, cache: Construct, subnets: readonly ISubnet[], networkType?: CacheNetworkType): void {
  if (networkType !== undefined && !Token.isUnresolved(networkType)) {
    cache.node.addValidation({ validate: () => errorsOf(className, cache, subnets, networkType) });
  }
}

function errorsOf(className: string, cache: Construct, subnets: readonly ISubnet[], networkType: CacheNetworkType): string[] {
  try {
    inConstruct(className, cache, () => {
      const lacking = networkType === CacheNetworkType.IPV4 ? undefined : subnets.find((subnet) => hasIpv6(subnet) === false);
      if (lacking !== undefined) {
        throw invalidProp('networkType', networkType, `must be ${CacheNetworkType.IPV4} in subnets without IPv6, such as ${lacking.node.path}`,
          'Leave it out, or create the VPC with `ipProtocol: IpProtocol.DUAL_STACK`.');
      }
    });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Undefined for a subnet that the app does not create. */
function hasIpv6(subnet: ISubnet): boolean | undefined {
  const resource = subnet.node.tryFindChild('Subnet');
  if (!(resource instanceof CfnSubnet)) {
    return undefined;
  }
  const { Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6Native } = finalProperties(resource);
  return [Ipv6CidrBlock, Ipv6IpamPoolId, Ipv6Native].some((value) => value !== undefined && value !== false) || hasCidrBlock(resource);
}

/** Whether a resource of its own gives the subnet IPv6. */
function hasCidrBlock(subnet: CfnSubnet): boolean {
  const text = (value: unknown, { stack }: { stack: Stack }) => JSON.stringify(stack.resolve(value));
  return subnet.node.root.node.findAll().some((each) => each instanceof CfnSubnetCidrBlock
    && text(each.subnetId, each) === text(subnet.ref, each));
}
