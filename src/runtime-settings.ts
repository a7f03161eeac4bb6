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
  readonly memoryTtlMs?: number;
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
  /** The shared tier; absent: memory only. */
  readonly shared?: SharedSettings;
}

/** The kinds of shared tiers. */
export const SHARED_KINDS = ['redis'] as const;

/** The shared tier of a function, and how long it may keep an invocation waiting. What is absent has the runtime's default. */
export interface SharedSettings {
  /** Which client speaks to it. It names the flavour of the layer too: only that one holds the client. */
  readonly kind: (typeof SHARED_KINDS)[number];
  readonly host: string;
  /** Text where only CloudFormation knows it. */
  readonly port: number | string;
  /** The server speaks Redis's cluster protocol. */
  readonly cluster?: true;
  /** Absent: not encrypted. */
  readonly tls?: {
    /** The certificate, in PEM, of whoever signed the server's; absent: those that Node.js trusts. */
    readonly ca?: string;
  };
  /** Absent: none is asked for. */
  readonly auth?: IamAuthSettings | SecretAuthSettings;
  /** The longest wait for one call; absent: 50 ms. */
  readonly timeoutMs?: number;
  /** The longest wait for a connection that is being made; absent: 250 ms. */
  readonly connectTimeoutMs?: number;
  /** The longest that all waits of one invocation may take together; absent: 250 ms. */
  readonly budgetMs?: number;
}

/** A token signed with the function's role takes the place of a password. */
export interface IamAuthSettings {
  readonly type: 'iam';
  /** The id of the ElastiCache user, which is its name too. */
  readonly user: string;
  /** The name of the cache: tokens are signed for it, not for its address. */
  readonly cache: string;
  readonly serverless?: true;
}

/** A secret in Secrets Manager, read when a connection is made: a JSON object with `password` and maybe `username`, or the password alone. */
export interface SecretAuthSettings {
  readonly type: 'secret';
  readonly arn: string;
}

/** What the runtime does with a Redis server: the commands that its user must be allowed to call. */
export const REDIS_COMMANDS = [
  // Reading entries and what was invalidated.
  'get', 'mget', 'hmget',
  // Storing and invalidating: scripts, and what they call.
  'eval', 'set', 'getrange', 'hget', 'hset', 'hlen', 'del', 'time',
  // Connecting.
  'auth', 'hello', 'ping', 'cluster|slots', 'cluster|shards', 'command', 'info',
] as const;

/** How much the runtime tells: nothing, the sum over its caches, or each cache by its name too. */
export const METRICS_LEVELS = ['none', 'function', 'cache'] as const;

/** What names a cache: it is part of keys and the value of a metric's dimension. */
export const CACHE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** The CloudWatch namespace of the metrics. */
export const METRIC_NAMESPACE = 'CachedFunction';

/** The dimensions of the metrics: every metric exists for the function, and for each of its caches. */
export const METRIC_DIMENSIONS = { functionName: 'FunctionName', cacheName: 'CacheName' } as const;

/** The names of the metrics: those of the runtime's counters, with a capital letter. */
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
  sharedHits: 'SharedHits',
  sharedMisses: 'SharedMisses',
  sharedErrors: 'SharedErrors',
  sharedTimeouts: 'SharedTimeouts',
  sharedSkips: 'SharedSkips',
  sharedUnreadable: 'SharedUnreadable',
  sharedLatency: 'SharedLatency',
  breakerOpen: 'BreakerOpen',
} as const;
