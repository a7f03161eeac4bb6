import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IVpc, SubnetSelection, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';

/**
 * Properties of a DaxCluster.
 */
export interface DaxClusterProps {
  /**
   * The VPC of the cluster. The functions that use the cluster must be in it too.
   */
  readonly vpc: IVpc;

  /**
   * The subnets of the cluster.
   *
   * @default - private subnets, or isolated ones if there are none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cluster.
   *
   * @default - a new one, which admits only the functions that use the cluster
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The tables that the cluster may read and write, with their indexes. No other tables can be used through it.
   */
  readonly tables: ITable[];

  /**
   * The type of the nodes, which are billed by the hour. A change replaces the cluster.
   *
   * @default 'dax.t3.small': two gibibytes each
   */
  readonly nodeType?: string;

  /**
   * The number of nodes, 1 to 11. One handles writes; each holds all cached data and answers reads.
   *
   * @default 3, which AWS recommends for production
   */
  readonly nodes?: number;

  /**
   * How long DAX returns an item before it reads the table again. A write through DAX replaces the item at once. After a write that
   * bypasses DAX, the old item may be returned for this long.
   *
   * @default - DAX's own: 5 minutes
   */
  readonly itemTtl?: Duration;

  /**
   * How long DAX returns the result of a query or scan before it reads the table again. Writes do not replace results. With
   * `Duration.seconds(0)`, DAX does not cache results.
   *
   * @default - DAX's own: 5 minutes
   */
  readonly queryTtl?: Duration;

  /**
   * The weekly maintenance window in UTC, such as 'sun:04:00-sun:05:00'.
   *
   * @default - DAX chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * The removal policy that applies when the cluster is removed from the stack.
   *
   * @default RemovalPolicy.DESTROY - a cache never holds the only copy of anything
   */
  readonly removalPolicy?: RemovalPolicy;
}
