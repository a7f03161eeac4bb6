/** How much the runtime reports: nothing, the sum over its caches, or each cache by its name too. */
export const METRICS_LEVELS = ['none', 'function', 'cache'] as const;

/** The CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = 'CachedFunction';

/** The dimensions of the metrics: every metric exists for the function, and for each of its caches. */
export const METRIC_DIMENSIONS = { functionName: 'FunctionName', cacheName: 'CacheName' } as const;

/** The names of the metrics: those of the runtime's counters, with a capital letter. */
export const METRICS = {
  hits: 'Hits',
  staleHits: 'StaleHits',
  coalescedHits: 'CoalescedHits',
  misses: 'Misses',
  bypasses: 'Bypasses',
  originCalls: 'OriginCalls',
  originErrors: 'OriginErrors',
  originDuration: 'OriginDuration',
  uncacheable: 'Uncacheable',
  mismatches: 'Mismatches',
  droppedRefreshes: 'DroppedRefreshes',
  evictions: 'Evictions',
  memoryBytes: 'MemoryBytes',
  startFailures: 'StartFailures',
  sharedHits: 'SharedHits',
  sharedMisses: 'SharedMisses',
  sharedErrors: 'SharedErrors',
  sharedTimeouts: 'SharedTimeouts',
  sharedSkips: 'SharedSkips',
  sharedUnreadable: 'SharedUnreadable',
  sharedLatency: 'SharedLatency',
  breakerOpen: 'BreakerOpen',
  daxCalls: 'DaxCalls',
  daxErrors: 'DaxErrors',
  daxTimeouts: 'DaxTimeouts',
  daxRetries: 'DaxRetries',
  daxSkips: 'DaxSkips',
  daxFallbacks: 'DaxFallbacks',
  daxUnknownWrites: 'DaxUnknownWrites',
} as const;

/** The document client's metrics. They have no cache dimension, since the client belongs to no cache. */
export type DaxMetric = Extract<keyof typeof METRICS, `dax${string}`>;
