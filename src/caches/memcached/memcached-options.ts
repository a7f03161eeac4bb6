import { IKey } from 'aws-cdk-lib/aws-kms';
import { ServerlessUsage } from '../serverless/serverless-usage';

/**
 * Options of serverless Memcached capacity.
 */
export interface MemcachedServerlessOptions extends ServerlessUsage {
  /**
   * The key that encrypts stored entries.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}
/**
 * Options of Memcached nodes.
 */
export interface MemcachedNodesOptions {
  /**
   * The type of the nodes, which are billed by the hour.
   *
   * @default 'cache.t4g.micro': half a gibibyte each
   */
  readonly nodeType?: string;

  /**
   * The number of nodes, 1 to 60. Each holds a part of the entries, without replicas: when a node fails, its part is loaded from the
   * origin again. When the number changes, all entries are loaded again.
   *
   * @default 2
   */
  readonly count?: number;

  /**
   * The version of the engine, 1.6.12 or later: older ones have no encryption in transit (ElastiCache, In-transit encryption).
   *
   * @default '1.6.22'
   */
  readonly engineVersion?: string;

  /**
   * Whether the nodes are in several availability zones.
   *
   * @default - true if there are several nodes
   */
  readonly multiAz?: boolean;

  /**
   * The port of every node.
   *
   * @default 11211
   */
  readonly port?: number;

  /**
   * The weekly maintenance window in UTC, such as 'sun:04:00-sun:05:00'.
   *
   * @default - ElastiCache chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * Whether ElastiCache installs minor engine versions automatically, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;
}
