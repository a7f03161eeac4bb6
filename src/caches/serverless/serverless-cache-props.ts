import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { IVpc, SubnetSelection, ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CacheEngine } from '../cache-engine';
import { CacheNetworkType } from '../cache-network-type';
import { ServerlessUsage } from './serverless-usage';

/**
 * Properties of a ServerlessCache.
 */
export interface ServerlessCacheProps extends ServerlessUsage {
  /**
   * The engine of the cache.
   *
   * @default CacheEngine.VALKEY
   */
  readonly engine?: CacheEngine;

  /**
   * The major version of the engine: '7', '8' or '9' for Valkey, '7' for Redis OSS.
   *
   * @default - the newest, or '9' with `publicEndpoint`
   */
  readonly majorEngineVersion?: string;

  /**
   * The VPC of the cache. The functions that use the cache must be in it too.
   *
   * @default - none; only with `publicEndpoint`
   */
  readonly vpc?: IVpc;

  /**
   * The subnets of the cache. It uses one subnet per availability zone, in at most three zones.
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
   * Whether functions outside a VPC can reach the cache over the internet. Encryption and IAM authentication are the same as in a VPC.
   * Valkey 9 and later (ElastiCache, Public endpoints).
   *
   * @default false
   */
  readonly publicEndpoint?: boolean;

  /**
   * How long daily snapshots are kept, up to 35 days. A cache never holds the only copy of anything, so a snapshot only spares the
   * origin the loads after a loss.
   *
   * @default - no snapshots
   */
  readonly snapshotRetention?: Duration;

  /**
   * The time of the daily snapshot in UTC, as 'HH:MM'.
   *
   * @default - ElastiCache chooses
   */
  readonly dailySnapshotTime?: string;

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
