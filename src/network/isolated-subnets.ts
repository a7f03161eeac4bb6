import { Stack } from 'aws-cdk-lib';
import { CfnVPC, CfnVPCEndpoint, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { FunctionVpc, vpcResourceOf } from './network';
import { ISharedCache } from '../caches/shared-cache';
import { IDaxCluster } from '../dax/dax-cluster-base';
import { warn } from '../validation/warnings';

interface Hosts {
  readonly sharedCache?: ISharedCache;
  readonly dax?: IDaxCluster;
}

/**
 * Warns of caches and services that a function in isolated subnets cannot reach.
 *
 * It does not warn about an imported VPC, since its endpoints are unknown.
 *
 * @internal
 */
export function warnOfUnreachable(fn: IConstruct, vpc: FunctionVpc | undefined, hosts: Hosts): void {
  if (vpc?.construct === undefined || !isIsolated(fn, vpc.construct)) {
    return;
  }
  for (const [prop, host] of Object.entries(hosts)) {
    const { internet, dynamoDb, secretsManager } = host?._needs ?? {};
    if (internet) {
      warn(fn, 'isolatedSubnets', `The function is in isolated subnets, and cannot reach ${host!.node.path} over the internet. Give it subnets with a NAT gateway, or no \`vpc\`.`,
        { prop, cache: host!.node.path });
    }
    const services = [...(dynamoDb ? ['dynamodb'] : []), ...(secretsManager ? ['secretsmanager'] : [])];
    const made = vpc.id === undefined ? undefined : vpcResourceOf(vpc.id);
    for (const service of services.filter((each) => made !== undefined && !hasEndpoint(made, each))) {
      warn(fn, 'noEndpoint', `The function is in isolated subnets of ${vpc.construct.node.path}, which has no endpoint for ${service}, but ${host!.node.path} needs it. Create one with CacheEndpoints.`,
        { prop, cache: host!.node.path, service });
    }
  }
}

function isIsolated(fn: IConstruct, vpc: IVpc): boolean {
  const stack = Stack.of(fn);
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  const { subnetIds } = (stack.resolve((fn.node.defaultChild as CfnFunction).vpcConfig) ?? {}) as { subnetIds?: unknown };
  const isolated = vpc.isolatedSubnets.map(({ subnetId }) => text(subnetId));
  return Array.isArray(subnetIds) && subnetIds.length > 0 && subnetIds.every((id) => isolated.includes(text(id)));
}

function hasEndpoint(vpc: CfnVPC, service: string): boolean {
  return vpc.node.root.node.findAll().some((each) => each instanceof CfnVPCEndpoint
    && vpcResourceOf(each.vpcId) === vpc
    && JSON.stringify(Stack.of(each).resolve(each.serviceName)).includes(service));
}
