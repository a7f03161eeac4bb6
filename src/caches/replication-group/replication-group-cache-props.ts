import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IVpc, SubnetSelection, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CacheEngine } from '../cache-engine';
import { CacheNetworkType } from '../cache-network-type';
import { CacheDurability } from './cache-durability';

/**
 * Properties of a ReplicationGroupCache.
 */
export interface ReplicationGroupCacheProps {
  /**
   * The VPC of the cache. The functions that use the cache must be in it too.
   */
  readonly vpc: IVpc;

  /**
   * The subnets of the cache.
   *
   * @default - private subnets, or isolated ones if there are none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the cache.
   *
   * @default - a new one, which admits only the functions that use the cache
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The address family of the cache. A change replaces the cache.
   *
   * @default - ElastiCache's: IPv4
   */
  readonly networkType?: CacheNetworkType;

  /**
   * Whether entries survive the failure of a shard's nodes; Valkey 9 and later, with `clusterMode`.
   *
   * @default - entries are in memory only
   */
  readonly durability?: CacheDurability;

  /**
   * The engine of the cache.
   *
   * @default CacheEngine.VALKEY
   */
  readonly engine?: CacheEngine;

  /**
   * The version of the engine, such as '8.0'. From Valkey 7.2 and Redis OSS 7.0 on, functions authenticate with IAM; with older versions,
   * they use a password that Secrets Manager generates.
   *
   * @default - '8.0' for Valkey, '7.1' for Redis OSS
   */
  readonly engineVersion?: string;

  /**
   * The type of the nodes, which are billed by the hour.
   *
   * @default 'cache.t4g.micro': half a gibibyte each
   */
  readonly nodeType?: string;

  /**
   * Whether entries are distributed across shards, which can be added while the cache runs. Without cluster mode there is one shard.
   *
   * @default false
   */
  readonly clusterMode?: boolean;

  /**
   * The number of shards, 1 to 500; only with `clusterMode`.
   *
   * @default 1
   */
  readonly shards?: number;

  /**
   * The number of replicas of each shard, 0 to 5. Replicas only replace a failed primary. The runtime reads from and writes to the
   * primary, since a replica may still return an invalidated entry.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Whether each shard's nodes are in several availability zones.
   *
   * @default - true if there are replicas
   */
  readonly multiAz?: boolean;

  /**
   * The port of every node.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Engine parameters that differ from ElastiCache's, in a parameter group for this cache.
   *
   * @default - ElastiCache's parameter group for the engine and its version
   */
  readonly parameters?: { [name: string]: string };

  /**
   * The weekly maintenance window in UTC, such as 'sun:04:00-sun:05:00'.
   *
   * @default - ElastiCache chooses
   */
  readonly maintenanceWindow?: string;

  /**
   * How long daily snapshots are kept, up to 35 days. A cache never holds the only copy of anything, so a snapshot only spares the
   * origin the loads after a loss.
   *
   * @default - no snapshots
   */
  readonly snapshotRetention?: Duration;

  /**
   * The window for the daily snapshot in UTC, such as '03:00-04:00'.
   *
   * @default - ElastiCache chooses
   */
  readonly snapshotWindow?: string;

  /**
   * Whether ElastiCache installs minor engine versions automatically, in the maintenance window.
   *
   * @default true
   */
  readonly autoMinorVersionUpgrade?: boolean;

  /**
   * The key that encrypts stored entries.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;

  /**
   * The removal policy that applies when the cache is removed from the stack.
   *
   * @default RemovalPolicy.DESTROY - a cache never holds the only copy of anything
   */
  readonly removalPolicy?: RemovalPolicy;
}
