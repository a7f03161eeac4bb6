import { ResponseCaching } from './response-caching';
import { ISharedCache } from '../caches/shared-cache';
import { IDaxCluster } from '../dax/dax-cluster-base';
import { DaxOptions } from '../dax/dax-options';
import { MetricsLevel } from '../monitoring/metrics/cache-metric-options';

/**
 * A function's shared caches and metrics: the common props of CachedFunction and the Caching mixin.
 */
export interface CachingBaseProps {
  /**
   * A cache that outlives the function's environments and that other functions may share: a ServerlessCache, a ReplicationGroupCache, a
   * MemcachedCache, a RedisCompatibleCache, a user of one of these, or a DynamoDbCache. If it is in a VPC, the function must be in that
   * VPC too.
   *
   * @default - none: each environment caches in its own memory only
   */
  readonly sharedCache?: ISharedCache;

  /**
   * A DAX cluster in front of the tables that the function's code uses through the document client of `cdk-cached-function/dynamodb`. The
   * function must be in its VPC. When DAX fails, the client sends requests directly to DynamoDB, and the function gets the permissions for
   * that. If the VPC has no NAT gateway, DynamoDB needs an endpoint: see CacheEndpoints.
   *
   * @default - none: the document client sends requests to DynamoDB
   */
  readonly dax?: IDaxCluster;

  /**
   * The function's access to `dax`, and its timeouts.
   *
   * @default - read and write access, and half a second for a read
   */
  readonly daxOptions?: DaxOptions;

  /**
   * How the handler's whole responses are cached, for example `ResponseCaching.http()`. The handler's code does not change.
   *
   * @default - responses are not cached: the code caches what it reads with `cached()`
   */
  readonly responses?: ResponseCaching;

  /**
   * Which metrics the runtime publishes to CloudWatch.
   *
   * @default MetricsLevel.CACHE
   */
  readonly metrics?: MetricsLevel;
}
