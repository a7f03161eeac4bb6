import { Stack, Token } from 'aws-cdk-lib';
import { ISecurityGroup, IVpc, Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';

/**
 * Who reaches whom. What a cache in a VPC must be told about a function, and what must be true of both.
 */

/**
 * Where something in a VPC is, and what opens it.
 *
 * @internal
 */
export interface Location {
  readonly vpc: IVpc;
  /** Those that may be changed to let functions in. */
  readonly securityGroups: readonly ISecurityGroup[];
  readonly port: Port;
}

/**
 * @internal
 */
export interface Guest {
  readonly function: LambdaFunction;
  /** Absent: it is in none. */
  readonly vpc?: IVpc;
}

/**
 * Lets a function, and nobody else, reach the ports of something in a VPC.
 *
 * @throws Error if the function is not in that VPC
 * @internal
 */
export function letIn(guest: Guest, host: IConstruct, { vpc, securityGroups, port }: Location): void {
  checkSameVpc(guest.function, host, vpc, guest.vpc);
  for (const source of guest.function.connections.securityGroups) {
    // The rule goes where it makes no circle of stacks. As a rule that is the stack of the function's group. If that is the stack
    // of the VPC too, which the cache's stack needs already, it is the stack of the cache's group.
    const isBesideVpc = Stack.of(source) === Stack.of(vpc);
    for (const target of securityGroups) {
      target.addIngressRule(source, port, `${guest.function.node.path} to ${host.node.path}`.slice(0, 255), !isBesideVpc);
      if (!source.allowAllOutbound) {
        source.addEgressRule(target, port, `To ${host.node.path}`.slice(0, 255), isBesideVpc);
      }
    }
  }
}

/** A function is never moved silently: without a NAT, that would cut off its origin. */
function checkSameVpc(fn: LambdaFunction, host: IConstruct, hostVpc: IVpc, vpc?: IVpc): void {
  const wayOut = 'Give the function the `vpc` of the cache. It then reaches the internet only through a NAT gateway, and AWS services through that or VPC endpoints. '
    + 'A cache that needs no VPC: ServerlessCache with `publicEndpoint`, or DynamoDbCache.';
  if (vpc === undefined) {
    throw new Error(`CachedFunction: ${fn.node.path} is in no VPC and cannot reach ${host.node.path}, which is in ${hostVpc.node.path}. ${wayOut}`);
  }
  if (areDifferent(vpc, hostVpc)) {
    throw new Error(`CachedFunction: ${fn.node.path} is in another VPC (${vpc.node.path}) than ${host.node.path} (${hostVpc.node.path}). ${wayOut}`);
  }
}

/** As far as it is known before deploying. */
function areDifferent(one: IVpc, other: IVpc): boolean {
  if (one === other) {
    return false;
  }
  const areMade = one instanceof Vpc && other instanceof Vpc;
  const areKnown = !Token.isUnresolved(one.vpcId) && !Token.isUnresolved(other.vpcId);
  return areMade || (areKnown && one.vpcId !== other.vpcId);
}
