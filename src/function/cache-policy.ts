import { Duration, Size } from 'aws-cdk-lib';
import { Coherence } from './coherence';

/**
 * The policy of a cache: how long its entries are used, and what happens when the loader fails or is slow.
 *
 * An option that is left out comes from the handler's code, then from the default.
 */
export interface CachePolicy {
  /**
   * How long an entry is fresh, by the wall clock. A fresh entry is returned without calling the loader.
   *
   * Counted from the moment its load began (RFC 9111, section 4.2.3).
   *
   * @default - what the handler's code sets, else 5 minutes
   */
  readonly ttl?: Duration;

  /**
   * The share of the ttl, from 0 to 1, by which an entry may expire earlier, at random. It keeps entries that were loaded together
   * from expiring together.
   *
   * @default - what the handler's code sets, else 0
   */
  readonly jitter?: number;

  /**
   * How long after its ttl an entry is still returned at once, while its successor is loaded after the response (RFC 5861, section 3).
   *
   * The environment stays awake for the refresh, and Lambda bills that time.
   *
   * @default - what the handler's code sets, else not at all
   */
  readonly staleWhileRevalidate?: Duration;

  /**
   * The share of the ttl, from 0 to 1, after which a hit may refresh the entry after the response, at a random moment. A busy
   * entry then never becomes stale, and environments do not all refresh at once.
   *
   * @default - what the handler's code sets, else 1: never before the ttl is over
   */
  readonly earlyRefresh?: number;

  /**
   * How long after its ttl an entry is still returned if the loader fails (RFC 5861, section 4).
   *
   * @default - what the handler's code sets, else not at all: the loader's error reaches the caller
   */
  readonly staleIfError?: Duration;

  /**
   * How long after a failure stale entries are returned without calling the loader again.
   *
   * @default - what the handler's code sets, else 30 seconds
   */
  readonly retryAfter?: Duration;

  /**
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows. The load continues after the
   * response.
   *
   * @default - what the handler's code sets, else as long as it takes
   */
  readonly softTimeout?: Duration;

  /**
   * The longest that the loader may take. After that, its callers get a LoadTimeoutError, or the entry that `staleIfError` allows.
   *
   * @default - what the handler's code sets, else as long as it takes
   */
  readonly hardTimeout?: Duration;

  /**
   * How long `undefined`, `null` and errors that the handler's code selects for caching are fresh.
   *
   * @default - what the handler's code sets, else `undefined` and `null` are treated like other values
   */
  readonly negativeTtl?: Duration;

  /**
   * How long an environment trusts its own copy of an entry before it checks the shared cache. Two environments can disagree for at
   * most this long after one of them has invalidated or replaced an entry. At most `ttl`.
   *
   * Without `sharedCache` this option has no effect.
   *
   * @default - what the handler's code sets, else as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;

  /**
   * Keeps the memory of all environments coherent through the shared cache. After one environment has invalidated or primed an entry,
   * hits in the others do not return the old value, even if they were frozen. Entries stay in memory for as long as they are fresh.
   * This option replaces `memoryTtl`.
   *
   * Without `sharedCache` this option has no effect.
   *
   * @default - what the handler's code sets, else two environments can disagree for at most `memoryTtl`
   */
  readonly coherence?: Coherence;

  /**
   * The version of the cached values' shape. Change it when the shape changes: entries of other versions are never read.
   *
   * @default - what the handler's code sets, else no version
   */
  readonly valueVersion?: string;
}

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
