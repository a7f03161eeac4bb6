import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnVPC, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { errorIn } from './errors';

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
  readonly vpc?: FunctionVpc;
}

/**
 * The VPC of a function, as far as it is known.
 *
 * @internal
 */
export interface FunctionVpc {
  readonly id?: string;
  /** Absent where an injector gave it by security groups that were made elsewhere. */
  readonly construct?: IVpc;
}

/**
 * The VPC that a function is in, whoever said so: an injector gives it to the function past the props that CachedFunction sees.
 *
 * @returns undefined if it is in none
 * @internal
 */
export function vpcOf(fn: LambdaFunction, given?: IVpc): FunctionVpc | undefined {
  if (!fn.isBoundToVpc) {
    return undefined;
  }
  const ownGroup = fn.node.tryFindChild('SecurityGroup')?.node.defaultChild;
  const id = ownGroup instanceof CfnSecurityGroup && ownGroup.vpcId !== undefined ? ownGroup.vpcId : given?.vpcId;
  const made = id === undefined ? undefined : madeVpc(id)?.node.scope as IVpc | undefined;
  return { id, construct: given?.vpcId === id ? given : made };
}

/**
 * The resource of a VPC that is made in this app.
 *
 * @internal
 */
export function madeVpc(id: string): CfnVPC | undefined {
  const token = Tokenization.reverseString(id).firstToken;
  return Reference.isReference(token) && token.target instanceof CfnVPC ? token.target : undefined;
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
function checkSameVpc(fn: LambdaFunction, host: IConstruct, hostVpc: IVpc, vpc?: FunctionVpc): void {
  const wayOut = 'Give the function the `vpc` of the cache. It then reaches the internet only through a NAT gateway, and AWS services through that or VPC endpoints. '
    + 'A cache that needs no VPC: ServerlessCache with `publicEndpoint`, or DynamoDbCache.';
  if (vpc === undefined) {
    throw errorIn('CachedFunction', fn, `the function is in no VPC and cannot reach ${host.node.path}, which is in ${hostVpc.node.path}. ${wayOut}`);
  }
  if (vpc.construct !== hostVpc && vpc.id !== undefined && areDifferent(vpc.id, hostVpc.vpcId)) {
    throw errorIn('CachedFunction', fn, `the function is in another VPC (${vpc.construct?.node.path ?? vpc.id}) than ${host.node.path} (${hostVpc.node.path}). ${wayOut}`);
  }
}

/** As far as it is known before deploying. */
function areDifferent(one: string, other: string): boolean {
  const [madeOne, madeOther] = [madeVpc(one), madeVpc(other)];
  const areKnown = !Token.isUnresolved(one) && !Token.isUnresolved(other);
  return (madeOne !== undefined && madeOther !== undefined && madeOne !== madeOther) || (areKnown && one !== other);
}
