import {
  GatewayVpcEndpoint, GatewayVpcEndpointAwsService, IConnectable, InterfaceVpcEndpoint, InterfaceVpcEndpointAwsService, IVpc, SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { CacheNeeds, ISharedCache } from './shared-cache';
import { IDaxCluster } from '../dax/dax-cluster-base';
import { assertLibraryConstruct, inConstruct, invalidProp } from '../validation/errors';

/**
 * Properties of CacheEndpoints.
 */
export interface CacheEndpointsProps {
  /** The VPC of the functions. */
  readonly vpc: IVpc;

  /**
   * The caches that the functions use.
   *
   * @default - none
   */
  readonly caches?: ISharedCache[];

  /**
   * The DAX clusters that the functions use. Functions call DynamoDB when DAX fails.
   *
   * @default - none
   */
  readonly daxClusters?: IDaxCluster[];

  /**
   * The subnets of the interface endpoints.
   *
   * @default - private subnets, or isolated ones if there are none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The functions that may use the interface endpoints.
   *
   * @default - everything in the VPC
   */
  readonly functions?: IConnectable[];
}

/**
 * The VPC endpoints that functions need for their shared caches in a VPC without a NAT gateway.
 *
 * Creates an endpoint for Secrets Manager if a cache has a password, and one for DynamoDB if entries are in a table or DAX is in front of
 * one. Caches with IAM authentication need none. Endpoints for the functions' own code are not included. Use one CacheEndpoints per VPC.
 */
export class CacheEndpoints extends Construct {
  /** The endpoint for Secrets Manager, billed by the hour and zone; undefined if no cache needs it. */
  public readonly secretsManager?: InterfaceVpcEndpoint;

  /** The endpoint for DynamoDB, which is free; undefined if no cache needs it. */
  public readonly dynamoDb?: GatewayVpcEndpoint;

  constructor(scope: Construct, id: string, props: CacheEndpointsProps) {
    super(scope, id);
    const { vpc, vpcSubnets, functions } = props;
    inConstruct('CacheEndpoints', this, () => {
      checkEndpoints(props);
    });
    const needs = needsOf(props);
    if (needs.some(({ secretsManager }) => secretsManager)) {
      this.secretsManager = new InterfaceVpcEndpoint(this, 'SecretsManager', {
        vpc,
        subnets: vpcSubnets,
        service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
        open: functions === undefined,
      });
      functions?.forEach((each) => this.secretsManager!.connections.allowDefaultPortFrom(each));
    }
    if (needs.some(({ dynamoDb }) => dynamoDb)) {
      this.dynamoDb = new GatewayVpcEndpoint(this, 'DynamoDb', { vpc, service: GatewayVpcEndpointAwsService.DYNAMODB });
    }
  }
}

function needsOf({ caches = [], daxClusters = [] }: CacheEndpointsProps): CacheNeeds[] {
  return [...caches, ...daxClusters].map(({ _needs }) => _needs);
}

function checkEndpoints(props: CacheEndpointsProps): void {
  const { vpc, caches = [], daxClusters = [], functions } = props;
  caches.forEach((cache, index) => { assertLibraryConstruct(`caches[${index}]`, cache, 'For example, pass a ServerlessCache.'); });
  daxClusters.forEach((cluster, index) => { assertLibraryConstruct(`daxClusters[${index}]`, cluster, 'Pass a DaxCluster.'); });
  if (needsOf(props).some(({ secretsManager }) => secretsManager) && functions === undefined && !hasKnownAddresses(vpc)) {
    throw invalidProp('functions', undefined, 'must be given for a VPC whose CIDR block is unknown', `Pass the functions, or set \`vpcCidrBlock\` when importing ${vpc.node.path}.`);
  }
}

function hasKnownAddresses(vpc: IVpc): boolean {
  try {
    return vpc.vpcCidrBlock !== undefined;
  } catch {
    return false;
  }
}
