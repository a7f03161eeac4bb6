import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { CfnCluster, CfnParameterGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-dax';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Connections, IConnectable, ISecurityGroup, IVpc, Port, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { checkDaxCluster, DEFAULT_NODE_TYPE, DEFAULT_NODES } from './check-dax-cluster';
import { actionsOf, grantTables } from './dax-access';
import { DaxClusterBase, IDaxCluster } from './dax-cluster-base';
import { DaxClusterAttributes, ImportedDaxCluster, TLS_PORT } from './imported-dax-cluster';
import { milliseconds } from '../check-policy';
import { inConstruct } from '../errors';
import { Location } from '../network';
import { cacheSecurityGroup } from '../shared-cache/cache-security-group';
import { knownName } from '../shared-cache/incarnation';
import { physicalName } from '../shared-cache/physical-name';

/** DAX's limit. */
const MAX_NAME_LENGTH = 20;

/**
 * Properties of a DaxCluster.
 */
export interface DaxClusterProps {
  /**
   * The VPC of the cluster, where the functions that use it must be too.
   */
  readonly vpc: IVpc;

  /**
   * Where in the VPC.
   *
   * @default - private subnets, else isolated ones
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cluster.
   *
   * @default - one of its own, which lets in nobody but the functions that use the cluster
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The tables that the cluster may read and write, with their indexes: no others can be used through it.
   */
  readonly tables: ITable[];

  /**
   * The type of the nodes, which are billed by the hour. A change replaces the cluster.
   *
   * @default 'dax.t3.small': two gibibytes each
   */
  readonly nodeType?: string;

  /**
   * The number of nodes, 1 to 11. One takes the writes; each holds all that is cached, and answers reads.
   *
   * @default 3, which AWS recommends for production
   */
  readonly nodes?: number;

  /**
   * How long an item is returned before it is read anew. Items that are written through DAX are replaced at once; this is how long one
   * may be returned that was written past it.
   *
   * @default - DAX's own: 5 minutes
   */
  readonly itemTtl?: Duration;

  /**
   * How long the result of a query or scan is returned before it is read anew: writes do not replace it. With `Duration.seconds(0)`, results
   * are not cached.
   *
   * @default - DAX's own: 5 minutes
   */
  readonly queryTtl?: Duration;

  /**
   * When maintenance may happen, as 'sun:04:00-sun:05:00' in UTC.
   *
   * @default - DAX chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * What becomes of the cluster when it is taken out of the stack.
   *
   * @default RemovalPolicy.DESTROY: nothing in a cache is the only copy
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A DAX cluster: a cache in front of DynamoDB tables, which keeps items, and the results of queries and scans.
 *
 * Functions that get it as `dax` use it by the document client of `cdk-cached-function/dynamodb`, and DynamoDB itself when it fails.
 * Always encrypted, in transit and at rest.
 */
export class DaxCluster extends DaxClusterBase implements IConnectable {
  /**
   * A cluster that was made elsewhere. It is not changed, except for the security groups that are given.
   *
   * @throws Error if the endpoint is none of DAX's, or its port is not that of its scheme
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

  /** Who reaches the cluster. */
  public readonly connections: Connections;

  /** What the cluster itself may do. */
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
    // DAX tries the role when it makes the cluster.
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

  /** A group that a cluster uses cannot be changed, so other values make another group. */
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
