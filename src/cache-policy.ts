import { Duration, Size } from 'aws-cdk-lib';

/**
 * How the entries of a cache behave. What is left out is up to the handler's code, and then to the default.
 */
export interface CachePolicy {
  /**
   * How long an entry is fresh, by the wall clock. A fresh entry is returned without asking the origin.
   *
   * Counted from the moment its load began (RFC 9111, section 4.2.3).
   *
   * @default - what the handler's code says, else 5 minutes
   */
  readonly ttl?: Duration;

  /**
   * The share of the ttl, from 0 to 1, by which an entry may expire earlier, at random: entries that were loaded together then
   * do not expire together.
   *
   * @default - what the handler's code says, else 0
   */
  readonly jitter?: number;

  /**
   * How long after its ttl an entry is returned at once, while its successor is loaded after the response (RFC 5861, section 3).
   *
   * The environment stays awake for the refresh, and Lambda bills that time.
   *
   * @default - what the handler's code says, else not at all
   */
  readonly staleWhileRevalidate?: Duration;

  /**
   * The share of the ttl, from 0 to 1, after which a hit may refresh the entry after the response, at a random moment: a busy
   * entry is then never stale, and environments do not all refresh at once.
   *
   * @default - what the handler's code says, else 1: never before the ttl is over
   */
  readonly earlyRefresh?: number;

  /**
   * How long after its ttl an entry is returned if the loader fails (RFC 5861, section 4).
   *
   * @default - what the handler's code says, else not at all: the loader's error reaches the caller
   */
  readonly staleIfError?: Duration;

  /**
   * How long after a failure stale entries are returned without calling the loader again.
   *
   * @default - what the handler's code says, else 30 seconds
   */
  readonly retryAfter?: Duration;

  /**
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows. The load goes on after the
   * response.
   *
   * @default - what the handler's code says, else as long as it takes
   */
  readonly softTimeout?: Duration;

  /**
   * How long the loader may take. Then its callers get a LoadTimeoutError, or the entry that `staleIfError` allows.
   *
   * @default - what the handler's code says, else as long as it takes
   */
  readonly hardTimeout?: Duration;

  /**
   * How long `undefined` and `null` are fresh, and errors that the handler's code selects for caching.
   *
   * @default - what the handler's code says, else `undefined` and `null` are values like others
   */
  readonly negativeTtl?: Duration;

  /**
   * How long an entry is believed without asking the shared cache again: the longest that environments may differ after one of them
   * has invalidated an entry, or stored another. At most `ttl`.
   *
   * Of no effect without `sharedCache`.
   *
   * @default - what the handler's code says, else as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;

  /**
   * Change this when the shape of the cached values changes: entries of other versions are never read.
   *
   * @default - what the handler's code says, else no version
   */
  readonly valueVersion?: string;
}

/**
 * Whether a function's caches are used.
 */
export enum CacheMode {
  /** Every call goes to the loader, as without a cache. */
  OFF = 'off',
  /** Every call goes to the loader, and what it returns is compared with what the cache would have returned (`CacheMetric.MISMATCHES`). */
  SHADOW = 'shadow',
}

/**
 * How a function caches.
 */
export interface CachingOptions extends CachePolicy {
  /**
   * Whether the caches are used, as the environment variable CDK_CACHED_FUNCTION_MODE says it. On a running function, change that variable;
   * the next deployment that changes the function sets it back to what is said here.
   *
   * @default - they are
   */
  readonly mode?: CacheMode;

  /**
   * The most that all entries in one environment's memory may take, by estimate. Beyond it, the entries that have not been used for the
   * longest time are dropped. At most four sevenths of the function's JavaScript heap, which the handler's own code needs too. On Lambda Managed
   * Instances the worker threads of an environment share it in equal parts.
   *
   * @default - a quarter of the function's memory
   */
  readonly maxMemory?: Size;

  /**
   * The most entries that one environment's memory may hold. On Lambda Managed Instances its worker threads share it in equal parts.
   *
   * @default - no limit but `maxMemory`
   */
  readonly maxEntries?: number;

  /**
   * The longest that work after one response (refreshes, above all) may keep the environment awake, within the function's
   * time-out. Lambda bills it.
   *
   * @default Duration.seconds(5)
   */
  readonly maxBackgroundTime?: Duration;

  /**
   * Begins every key; not empty. Functions with the same namespace share entries where they share a tier; others never do.
   *
   * @default - made from the account, the region, the stack and the function's path in it
   */
  readonly namespace?: string;

  /**
   * The longest that one call of the shared cache may keep the handler waiting. Then the origin is asked.
   *
   * @default Duration.millis(50)
   */
  readonly sharedTimeout?: Duration;

  /**
   * The longest that the handler waits for a connection to the shared cache that is being made. It is begun while the handler's code is
   * loaded, so that as a rule nobody waits.
   *
   * @default Duration.millis(250)
   */
  readonly sharedConnectTimeout?: Duration;

  /**
   * The longest that one invocation may lose to the shared cache. Waits that take unusually long, or bring no answer, count; answers as
   * fast as usual do not, however many there are. Then the invocation goes on without the shared cache.
   *
   * @default Duration.millis(250)
   */
  readonly sharedBudget?: Duration;
}
