import {
  GatewayVpcEndpoint, GatewayVpcEndpointAwsService, IConnectable, InterfaceVpcEndpoint, InterfaceVpcEndpointAwsService, IVpc, SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { CacheNeeds, ISharedCache } from './shared-cache';
import { IDaxCluster } from '../dax/dax-cluster-base';
import { assertLibraryConstruct, inConstruct, invalidProp } from '../errors';

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
   * The DAX clusters that the functions use. They ask DynamoDB when those fail.
   *
   * @default - none
   */
  readonly daxClusters?: IDaxCluster[];

  /**
   * Where in the VPC interface endpoints are.
   *
   * @default - private subnets, else isolated ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The functions that may use the interface endpoints.
   *
   * @default - whatever is in the VPC
   */
  readonly functions?: IConnectable[];
}

/**
 * The VPC endpoints that functions need for their shared caches where there is no NAT gateway: one for Secrets Manager if a cache has
 * a password, one for DynamoDB if entries are there or DAX is in front of it. With IAM authentication there is nothing to reach, and nothing is made.
 *
 * What the functions' own code calls is not among them. One for each VPC.
 */
export class CacheEndpoints extends Construct {
  /** The endpoint for Secrets Manager, billed by the hour and zone; undefined if no cache needs it. */
  public readonly secretsManager?: InterfaceVpcEndpoint;

  /** The endpoint for DynamoDB, which costs nothing; undefined if no cache needs it. */
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
  caches.forEach((cache, index) => { assertLibraryConstruct(`caches[${index}]`, cache, 'Pass a ServerlessCache, say.'); });
  daxClusters.forEach((cluster, index) => { assertLibraryConstruct(`daxClusters[${index}]`, cluster, 'Pass a DaxCluster.'); });
  if (needsOf(props).some(({ secretsManager }) => secretsManager) && functions === undefined && !hasKnownAddresses(vpc)) {
    throw invalidProp('functions', undefined, 'must be given for a VPC whose addresses are not known', `Or give \`vpcCidrBlock\` where ${vpc.node.path} is imported.`);
  }
}

function hasKnownAddresses(vpc: IVpc): boolean {
  try {
    return vpc.vpcCidrBlock !== undefined;
  } catch {
    return false;
  }
}
