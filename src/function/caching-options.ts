import { Duration, Size } from 'aws-cdk-lib';
import { CachePolicy } from './cache-policy';

/**
 * Whether a function's caches are used.
 */
export enum CacheMode {
  /** Every call goes to the loader, as if there were no cache. */
  OFF = 'off',
  /** Every call goes to the loader. Its result is compared with the cached value, and differences count as `CacheMetric.MISMATCHES`. */
  SHADOW = 'shadow',
}

/**
 * The policy by which entries are evicted when memory is full.
 */
export enum EvictionPolicy {
  /**
   * Adapts between S3-FIFO and LRU to the requests, for the better hit rate. Keys that are requested only once pass through a small queue
   * and do not displace keys that are requested again. The queue grows if recency matters.
   */
  ADAPTIVE = 'adaptive',
  /** Evicts the least recently used entry. */
  LRU = 'lru',
}

/**
 * The caching options of a function: the default policy of its caches, limits of memory and time, and the namespace.
 */
export interface CachingOptions extends CachePolicy {
  /**
   * Whether the caches are used. This sets the environment variable CDK_CACHED_FUNCTION_MODE. To switch a running function, change that
   * variable; the next deployment that changes the function restores the value given here.
   *
   * @default - the caches are used
   */
  readonly mode?: CacheMode;

  /**
   * The most memory that all entries of one environment may take, by estimate. Beyond it, `eviction` decides which entries are
   * evicted. At most four sevenths of the function's JavaScript heap, since the handler's own code needs some too. On Lambda Managed
   * Instances, an environment's worker threads share it in equal parts.
   *
   * @default - a quarter of the function's memory
   */
  readonly maxMemory?: Size;

  /**
   * The most entries that one environment's memory may hold. On Lambda Managed Instances, its worker threads share it in equal parts.
   *
   * @default - no limit but `maxMemory`
   */
  readonly maxEntries?: number;

  /**
   * The policy by which entries are evicted when memory is full.
   *
   * @default EvictionPolicy.ADAPTIVE
   */
  readonly eviction?: EvictionPolicy;

  /**
   * The longest that work after a response, mostly refreshes, may keep the environment awake, within the function's timeout. Lambda
   * bills this time.
   *
   * @default Duration.seconds(5)
   */
  readonly maxBackgroundTime?: Duration;

  /**
   * The prefix of every key; not empty. Functions share entries only if they have the same namespace and the same shared cache.
   *
   * @default - derived from the account, the region, the stack and the function's path in it
   */
  readonly namespace?: string;

  /**
   * The longest that the handler waits for one call to the shared cache. After that, the loader is called.
   *
   * @default Duration.millis(50)
   */
  readonly sharedTimeout?: Duration;

  /**
   * The longest that the handler waits for a connection to the shared cache. Connecting starts while the handler's code is
   * loading, so calls usually do not wait.
   *
   * @default Duration.millis(250)
   */
  readonly sharedConnectTimeout?: Duration;

  /**
   * The longest that one invocation may lose to a slow or unreachable shared cache. After that, the invocation continues without it.
   * Only unusually long waits and waits without an answer count; answers as fast as usual do not.
   *
   * @default Duration.millis(250)
   */
  readonly sharedBudget?: Duration;
}
