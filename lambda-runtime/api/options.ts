import type { Duration } from '../values/duration.js';

/** A function that reads the origin: the source of truth, which the cache never replaces. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type UserLoader = (...args: any[]) => unknown;

/**
 * The policy of a cache, as the code sets it. The construct's `caching` overrides these options, and `addCachePolicy` overrides both.
 * An option that is set nowhere has its default.
 */
export interface CacheOptions {
  /**
   * How long an entry is fresh, counted from the start of its load.
   *
   * @default 5 minutes
   */
  readonly ttl?: Duration;
  /**
   * The share of the ttl, from 0 to 1, by which an entry may expire earlier, at random. It keeps entries that were loaded together
   * from expiring together.
   *
   * @default 0
   */
  readonly jitter?: number;
  /**
   * How long after its ttl an entry is still returned at once, while its successor is loaded after the response.
   *
   * @default - not at all
   */
  readonly staleWhileRevalidate?: Duration;
  /**
   * The share of the ttl, from 0 to 1, after which a hit may refresh the entry after the response, at a random moment.
   *
   * @default 1 - never before the ttl is over
   */
  readonly earlyRefresh?: number;
  /**
   * How long after its ttl an entry is still returned if the loader fails, or hangs until a quarter of the invocation's time is left.
   *
   * @default - not at all: the loader's error reaches the caller
   */
  readonly staleIfError?: Duration;
  /**
   * How long after a failure stale entries are returned without calling the loader again.
   *
   * @default 30 seconds
   */
  readonly retryAfter?: Duration;
  /**
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows; the load continues after the
   * response.
   *
   * @default - as long as it takes
   */
  readonly softTimeout?: Duration;
  /**
   * The longest that the loader may take. After that, its callers get a LoadTimeoutError or the entry that `staleIfError` allows, and
   * its `signal` is aborted.
   *
   * @default - as long as it takes
   */
  readonly hardTimeout?: Duration;
  /**
   * How long `undefined`, `null` and errors that `cacheErrors` selects are fresh.
   *
   * @default - `undefined` and `null` are treated like other values, and errors are not cached
   */
  readonly negativeTtl?: Duration;
  /**
   * Which of the loader's errors are cached, for `negativeTtl`, in this environment's memory only.
   *
   * @default - none
   */
  readonly cacheErrors?: (error: unknown) => boolean;
  /**
   * Whether every caller gets its own copy, which it may change. This costs a copy per hit.
   *
   * @default false - callers share one frozen value, and changing it throws
   */
  readonly mutable?: boolean;
  /**
   * How long this environment trusts its own copy of an entry before it checks the shared tier. Two environments can disagree for at
   * most this long after an invalidation. Without a shared tier this option has no effect.
   *
   * @default - as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;
  /**
   * Keeps this environment's memory coherent with the others': after a change in one environment, hits elsewhere do not return the old
   * value. With `'invocation'`, this holds for every invocation that begins after the change; with a duration, for every one that begins
   * at least that much later. Entries stay in memory for as long as they are fresh. This replaces `memoryTtl`, and has no effect without a
   * shared tier.
   *
   * @default - two environments can disagree for at most `memoryTtl`
   */
  readonly coherence?: 'invocation' | Duration;
  /**
   * The version of the values' shape. Change it when the shape changes: entries of other versions are never read.
   *
   * @default ''
   */
  readonly valueVersion?: string;
}

/** The options of `cached`. */
export interface CachedOptions<L extends UserLoader> extends CacheOptions {
  /**
   * Returns the identity of a call, as plain data.
   *
   * @default - all arguments, by content
   */
  readonly key?: (...args: Parameters<L>) => unknown;
}

/** The options of `cachedMany`. */
export interface CachedManyOptions extends CacheOptions {
  /**
   * The most ids that the loader gets in one call.
   *
   * @default 100 - the limit of DynamoDB's BatchGetItem
   */
  readonly batchSize?: number;
}
