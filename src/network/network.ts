import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnVPC, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { groupDescription } from './group-description';
import { invalidUse } from '../validation/errors';

/**
 * The network between functions and caches in a VPC: checks that they can reach each other, and adds the rules.
 */

/**
 * The location of a host in a VPC, and what opens it.
 *
 * @internal
 */
export interface Location {
  readonly vpc: IVpc;
  /** The security groups to which the library may add rules that admit functions. */
  readonly securityGroups: readonly ISecurityGroup[];
  readonly port: Port;
}

/**
 * @internal
 */
export interface CacheClient {
  readonly function: LambdaFunction;
  /** Absent: it is in no VPC. */
  readonly vpc?: FunctionVpc;
}

/**
 * The VPC of a function, to the extent that it is known.
 *
 * @internal
 */
export interface FunctionVpc {
  readonly id?: string;
  /** Absent if an injector set it by security groups that were created elsewhere. */
  readonly construct?: IVpc;
}

/**
 * The VPC that a function is in, from any source: CachedFunction does not see the props that an injector adds.
 *
 * @returns undefined if it is in no VPC
 * @internal
 */
export function vpcOf(fn: LambdaFunction, given?: IVpc): FunctionVpc | undefined {
  if (!fn.isBoundToVpc) {
    return undefined;
  }
  const ownGroup = fn.node.tryFindChild('SecurityGroup')?.node.defaultChild;
  const id = ownGroup instanceof CfnSecurityGroup && ownGroup.vpcId !== undefined ? ownGroup.vpcId : given?.vpcId;
  const made = id === undefined ? undefined : vpcResourceOf(id)?.node.scope as IVpc | undefined;
  return { id, construct: given?.vpcId === id ? given : made };
}

/**
 * The resource of a VPC that this app creates.
 *
 * @internal
 */
export function vpcResourceOf(id: string): CfnVPC | undefined {
  const token = Tokenization.reverseString(id).firstToken;
  return Reference.isReference(token) && token.target instanceof CfnVPC ? token.target : undefined;
}

/**
 * Admits a function to the ports of a host in a VPC.
 *
 * @throws Error if the function is not in that VPC
 * @internal
 */
export function allowConnectionsFrom(client: CacheClient, host: IConstruct, { vpc, securityGroups, port }: Location): void {
  checkSameVpc(host, vpc, client.vpc);
  for (const source of client.function.connections.securityGroups) {
    // The rule must not make stacks depend on each other in a circle. Usually it goes into the stack of the function's group. If that is
    // the VPC's stack too, on which the cache's stack depends already, it goes into the stack of the cache's group.
    const isBesideVpc = Stack.of(source) === Stack.of(vpc);
    for (const target of securityGroups) {
      target.addIngressRule(source, port, groupDescription(`${client.function.node.path} to ${host.node.path}`), !isBesideVpc);
      if (!source.allowAllOutbound) {
        source.addEgressRule(target, port, groupDescription(`To ${host.node.path}`), isBesideVpc);
      }
    }
  }
}

/** A function is never moved into a VPC silently: without a NAT gateway, it would lose its origin. */
function checkSameVpc(host: IConstruct, hostVpc: IVpc, vpc?: FunctionVpc): void {
  const remedy = "Give the function the cache's `vpc`. It then reaches the internet only through a NAT gateway, and AWS services through that or VPC endpoints. "
    + 'Caches that need no VPC are DynamoDbCache, and ServerlessCache with `publicEndpoint`.';
  if (vpc === undefined) {
    throw invalidUse(`the function is in no VPC and cannot reach ${host.node.path}, which is in ${hostVpc.node.path}. ${remedy}`);
  }
  if (vpc.construct !== hostVpc && vpc.id !== undefined && areDifferent(vpc.id, hostVpc.vpcId)) {
    throw invalidUse(`the function is in a different VPC (${vpc.construct?.node.path ?? vpc.id}) from ${host.node.path} (${hostVpc.node.path}). ${remedy}`);
  }
}

/** To the extent that it is known before deploying. */
function areDifferent(one: string, other: string): boolean {
  const [madeOne, madeOther] = [vpcResourceOf(one), vpcResourceOf(other)];
  const areKnown = !Token.isUnresolved(one) && !Token.isUnresolved(other);
  return (madeOne !== undefined && madeOther !== undefined && madeOne !== madeOther) || (areKnown && one !== other);
}
