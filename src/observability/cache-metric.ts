/**
 * What the runtime of a function counts. The README says more about each.
 */
export enum CacheMetric {
  /** Calls that were answered without calling the loader: fresh, stale or joined. */
  HITS = 'Hits',
  /** Hits that returned an entry past its ttl. */
  STALE_HITS = 'StaleHits',
  /** Hits that waited for a load that another call had begun. */
  JOINED_HITS = 'JoinedHits',
  /** Calls that called the loader because no usable entry was there. */
  MISSES = 'Misses',
  /** Calls that went past the cache: it is off, or they cannot be cached. */
  BYPASSES = 'Bypasses',
  /** Calls of the loader. */
  ORIGIN_CALLS = 'OriginCalls',
  /** Calls of the loader that failed. */
  ORIGIN_ERRORS = 'OriginErrors',
  /** How long calls of the loader took, in milliseconds. */
  ORIGIN_DURATION = 'OriginDuration',
  /** Values that could not be cached. */
  UNCACHEABLE = 'Uncacheable',
  /** In shadow mode: hits whose entry is not what the loader returned. */
  MISMATCHES = 'Mismatches',
  /** Refreshes after the response that were not begun: there were too many already, or their time was over. */
  DROPPED_REFRESHES = 'DroppedRefreshes',
  /** Entries that were dropped to make room for others. */
  EVICTIONS = 'Evictions',
  /**
   * What all entries of one environment take, by estimate, in bytes; on Managed Instances, those of all its worker threads. Of the
   * function only: its caches share the memory.
   */
  MEMORY_BYTES = 'MemoryBytes',
  /**
   * Environments that run without their cache, or without the shared one, because it could not start; on Managed Instances, their worker
   * threads. Of the function only.
   */
  START_FAILURES = 'StartFailures',
  /** Hits whose entry came from the shared cache. */
  SHARED_HITS = 'SharedHits',
  /** Entries that the shared cache was asked for and did not have. */
  SHARED_MISSES = 'SharedMisses',
  /** Calls of the shared cache that failed. */
  SHARED_ERRORS = 'SharedErrors',
  /** Calls of the shared cache that did not answer in time. */
  SHARED_TIMEOUTS = 'SharedTimeouts',
  /** Calls of the shared cache that were not made: the invocation's budget was spent, or the breaker open. */
  SHARED_SKIPS = 'SharedSkips',
  /** Entries of the shared cache that could not be read: damaged, too large, or of another version. */
  SHARED_UNREADABLE = 'SharedUnreadable',
  /** How long calls of the shared cache took, in milliseconds. */
  SHARED_LATENCY = 'SharedLatency',
  /** Invocations in which an environment did not call the shared cache since it had failed too often. */
  BREAKER_OPEN = 'BreakerOpen',
  /** Requests of the document client that DAX answered. All of DAX are of the function only. */
  DAX_CALLS = 'DaxCalls',
  /** Failures of DAX, time-outs not included, nor what DynamoDB would have refused too. */
  DAX_ERRORS = 'DaxErrors',
  /** Requests that DAX did not answer in time. */
  DAX_TIMEOUTS = 'DaxTimeouts',
  /** Requests that were made to DAX once more, over a fresh connection. */
  DAX_RETRIES = 'DaxRetries',
  /** Requests that were not made to DAX: its faults had cost the invocation enough, or it had failed too often. */
  DAX_SKIPS = 'DaxSkips',
  /** Requests that went to DynamoDB itself: DAX failed, was skipped, or could not do them. */
  DAX_FALLBACKS = 'DaxFallbacks',
  /** Writes that DAX got and did not answer: nobody knows whether they were done. */
  DAX_UNKNOWN_WRITES = 'DaxUnknownWrites',
}
