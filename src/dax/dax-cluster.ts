import { RemovalPolicy, Token } from 'aws-cdk-lib';
import { CfnCluster, CfnParameterGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-dax';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Connections, IConnectable, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { checkDaxCluster, DEFAULT_NODE_TYPE, DEFAULT_NODES } from './check-dax-cluster';
import { actionsOf, grantTables } from './dax-access';
import { DaxClusterBase, IDaxCluster } from './dax-cluster-base';
import { DaxClusterProps } from './dax-cluster-props';
import { DaxClusterAttributes, ImportedDaxCluster, TLS_PORT } from './imported-dax-cluster';
import { knownName } from '../caches/incarnation';
import { physicalName } from '../caches/physical-name';
import { milliseconds } from '../function/check-policy';
import { cacheSecurityGroup } from '../network/cache-security-group';
import { Location } from '../network/network';
import { inConstruct } from '../validation/errors';

/** DAX's limit. */
const MAX_NAME_LENGTH = 20;

/**
 * A DAX cluster: a cache in front of DynamoDB tables, for items and the results of queries and scans.
 *
 * Pass it to functions as `dax`: they use it through the document client of `cdk-cached-function/dynamodb`. When DAX fails, the client calls
 * DynamoDB directly.
 *
 * Always encrypted, in transit and at rest.
 */
export class DaxCluster extends DaxClusterBase implements IConnectable {
  /**
   * Imports an existing cluster. Only the given security groups are changed.
   *
   * @throws Error if the URL is not a DAX endpoint, or its port does not match its scheme
   */
  public static fromDaxClusterAttributes(scope: Construct, id: string, attributes: DaxClusterAttributes): IDaxCluster {
    return new ImportedDaxCluster(scope, id, attributes);
  }

  /** The name of the cluster. */
  public readonly clusterName: string;

  /** The ARN of the cluster. */
  public readonly clusterArn: string;

  /** The URL of the discovery endpoint: `daxs://…`. */
  public readonly endpointUrl: string;

  /** The cluster's network connections: which clients may connect. */
  public readonly connections: Connections;

  /** The role with which the cluster reads and writes the tables. */
  public readonly role: IRole;

  /**
   * @internal
   */
  protected override readonly _incarnation: string;

  private readonly vpc: IVpc;
  private readonly tables: readonly ITable[];

  constructor(scope: Construct, id: string, props: DaxClusterProps) {
    super(scope, id);
    inConstruct('DaxCluster', this, () => {
      checkDaxCluster(this, props);
    });
    const { vpc, vpcSubnets, tables, nodeType = DEFAULT_NODE_TYPE, nodes = DEFAULT_NODES } = props;
    const securityGroups = props.securityGroups ?? [cacheSecurityGroup(this, vpc)];
    this.vpc = vpc;
    this.tables = tables;
    this.connections = new Connections({ securityGroups, defaultPort: Port.tcp(TLS_PORT) });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('dax.amazonaws.com') });
    grantTables(tables, this.role, ['dynamodb:DescribeTable', ...actionsOf('dynamodb')]);

    const resource = new CfnCluster(this, 'Resource', {
      clusterName: physicalName(this, [nodeType], MAX_NAME_LENGTH),
      description: `The cache ${this.node.path}`.slice(0, 255),
      iamRoleArn: this.role.roleArn,
      nodeType,
      replicationFactor: nodes,
      parameterGroupName: inConstruct('DaxCluster', this, () => this.parameterGroup(props)),
      subnetGroupName: new CfnSubnetGroup(this, 'Subnets', {
        description: `Where the cache ${this.node.path} is`.slice(0, 255),
        subnetIds: vpc.selectSubnets(vpcSubnets).subnetIds,
      }).ref,
      securityGroupIds: securityGroups.map(({ securityGroupId }) => securityGroupId),
      clusterEndpointEncryptionType: 'TLS',
      sseSpecification: { sseEnabled: true },
      preferredMaintenanceWindow: props.maintenanceWindow,
    });
    // DAX tries the role when it creates the cluster.
    resource.node.addDependency(this.role);
    resource.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.DESTROY);
    this._incarnation = knownName(this, 'ClusterName');
    this.clusterName = resource.ref;
    this.clusterArn = resource.attrArn;
    this.endpointUrl = resource.attrClusterDiscoveryEndpointUrl;
  }

  /**
   * @internal
   */
  protected _location(): Location {
    return { vpc: this.vpc, securityGroups: this.connections.securityGroups, port: Port.tcp(TLS_PORT) };
  }

  /**
   * @internal
   */
  protected _tables(): readonly ITable[] {
    return this.tables;
  }

  /** A parameter group that is in use cannot be changed, so new values need a new group. */
  private parameterGroup({ itemTtl, queryTtl }: DaxClusterProps): string | undefined {
    if (itemTtl === undefined && queryTtl === undefined) {
      return undefined;
    }
    const values = {
      ...(itemTtl !== undefined && { 'record-ttl-millis': String(milliseconds(itemTtl, 'itemTtl')) }),
      ...(queryTtl !== undefined && { 'query-ttl-millis': String(milliseconds(queryTtl, 'queryTtl')) }),
    };
    const id = ['Parameters', ...Object.entries(values).map(([name, value]) => `-${name}-${Token.isUnresolved(value) ? '' : value}`)].join('');
    return new CfnParameterGroup(this, id, {
      description: `How the cache ${this.node.path} differs`.slice(0, 255),
      parameterNameValues: values,
    }).ref;
  }
}
