/**
 * The metrics of a function's runtime. The README explains each.
 */
export enum CacheMetric {
  /** Calls that were answered without calling the loader: fresh, stale or coalesced. */
  HITS = 'Hits',
  /** Hits that returned an entry past its ttl. */
  STALE_HITS = 'StaleHits',
  /** Hits that waited for a load that another call had started. */
  COALESCED_HITS = 'CoalescedHits',
  /** Calls that called the loader because there was no usable entry. */
  MISSES = 'Misses',
  /** Calls that bypassed the cache: it is off, or they cannot be cached. */
  BYPASSES = 'Bypasses',
  /** Loader calls. */
  ORIGIN_CALLS = 'OriginCalls',
  /** Loader calls that failed. */
  ORIGIN_ERRORS = 'OriginErrors',
  /** How long loader calls took, in milliseconds. */
  ORIGIN_DURATION = 'OriginDuration',
  /** Values that could not be cached. */
  UNCACHEABLE = 'Uncacheable',
  /** In shadow mode: hits whose entry differs from what the loader returned. */
  MISMATCHES = 'Mismatches',
  /** Refreshes after the response that were not started because too many were running or time was up. */
  DROPPED_REFRESHES = 'DroppedRefreshes',
  /** Entries that were evicted to make room for others. */
  EVICTIONS = 'Evictions',
  /**
   * Estimated size of all entries in one environment, in bytes; on Managed Instances, in all its worker threads. It has no cache
   * dimension: the function's caches share the memory.
   */
  MEMORY_BYTES = 'MemoryBytes',
  /**
   * Environments that run uncached, or without the shared cache, because it could not start; on Managed Instances, worker threads. It has
   * no cache dimension.
   */
  START_FAILURES = 'StartFailures',
  /** Hits whose entry came from the shared cache. */
  SHARED_HITS = 'SharedHits',
  /** Lookups for which the shared cache had no entry. */
  SHARED_MISSES = 'SharedMisses',
  /** Calls to the shared cache that failed. */
  SHARED_ERRORS = 'SharedErrors',
  /** Calls to the shared cache that did not answer in time. */
  SHARED_TIMEOUTS = 'SharedTimeouts',
  /** Calls to the shared cache that were skipped: the invocation's budget was spent, or the breaker was open. */
  SHARED_SKIPS = 'SharedSkips',
  /** Entries of the shared cache that could not be read: damaged, too large, or of another version. */
  SHARED_UNREADABLE = 'SharedUnreadable',
  /** How long calls to the shared cache took, in milliseconds. */
  SHARED_LATENCY = 'SharedLatency',
  /** Invocations in which the breaker was open: the shared cache had failed too often to be called. */
  BREAKER_OPEN = 'BreakerOpen',
  /** The document client's requests that DAX answered. The DAX metrics have no cache dimension. */
  DAX_CALLS = 'DaxCalls',
  /** DAX failures, except timeouts and requests that DynamoDB would have rejected too. */
  DAX_ERRORS = 'DaxErrors',
  /** Requests that DAX did not answer in time. */
  DAX_TIMEOUTS = 'DaxTimeouts',
  /** Requests that were retried at DAX over a new connection. */
  DAX_RETRIES = 'DaxRetries',
  /** Requests that skipped DAX: the invocation's budget for its faults was spent, or the breaker was open. */
  DAX_SKIPS = 'DaxSkips',
  /** Requests that went directly to DynamoDB because DAX failed, was skipped or does not support them. */
  DAX_FALLBACKS = 'DaxFallbacks',
  /** Writes that were sent to DAX but not answered: they may or may not have been performed. */
  DAX_UNKNOWN_WRITES = 'DaxUnknownWrites',
}
