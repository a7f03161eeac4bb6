/**
 * The contract between the construct, which writes these settings into the function's environment, and the runtime
 * in the function, which reads them. Both import this file; nothing else crosses.
 */

/** Environment variable: the settings, as JSON. */
export const SETTINGS_VARIABLE = 'CDK_CACHED_FUNCTION_SETTINGS';

/** Environment variable: the user's handler. Apart from the settings, so that it runs even if those are broken. */
export const HANDLER_VARIABLE = 'CDK_CACHED_FUNCTION_HANDLER';

/** Environment variable: switches the cache of a running function, without deploying code. */
export const MODE_VARIABLE = 'CDK_CACHED_FUNCTION_MODE';

/**
 * The values of that variable. Absent or empty: the cache is on. `shadow`: the loader is always called, and what it returns is
 * compared with what the cache would have returned.
 */
export const MODES = ['off', 'shadow'] as const;

/** How entries of one cache behave. What is absent was left to the handler's code, and then to the default. */
export interface PolicySettings {
  readonly ttlMs?: number;
  readonly jitter?: number;
  readonly earlyRefresh?: number;
  readonly staleWhileRevalidateMs?: number;
  readonly staleIfErrorMs?: number;
  readonly retryAfterMs?: number;
  readonly softTimeoutMs?: number;
  readonly hardTimeoutMs?: number;
  readonly negativeTtlMs?: number;
  readonly valueVersion?: string;
}

export interface RuntimeSettings {
  /** Begins every key, so that functions that share a tier never meet by accident. */
  readonly namespace: string;
  /** Absent: a quarter of the function's memory. */
  readonly maxMemoryBytes?: number;
  readonly maxEntries?: number;
  /** Absent: 5 seconds. */
  readonly maxBackgroundMs?: number;
  /** Absent: a line for each cache. */
  readonly metrics?: (typeof METRICS_LEVELS)[number];
  /** For every cache of the function. */
  readonly caching: PolicySettings;
  /** By the name of the cache; these win over `caching`. */
  readonly caches: { readonly [name: string]: PolicySettings };
}

/** How much the runtime tells: nothing, the sum over its caches, or each cache by its name too. */
export const METRICS_LEVELS = ['none', 'function', 'cache'] as const;

/** What names a cache: it is part of keys and the value of a metric's dimension. */
export const CACHE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** The CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = 'CachedFunction';

/** The dimensions of the metrics: every metric exists for the function, and for each of its caches. */
export const METRIC_DIMENSIONS = { functionName: 'FunctionName', cacheName: 'CacheName' } as const;

/** The names of the metrics. */
export const METRICS = {
  hits: 'Hits',
  staleHits: 'StaleHits',
  joinedHits: 'JoinedHits',
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
} as const;
