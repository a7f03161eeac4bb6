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

/**
 * What an option is. `duration`: a time span that is compared with a clock. `timeout`: one that a timer waits for. `share`: from 0 to 1.
 * `count`: a whole number greater than zero. `bytes`: an amount of memory. `text`, and `mode`: one of MODES.
 */
export type OptionKind = 'duration' | 'timeout' | 'share' | 'count' | 'bytes' | 'text' | 'mode';

/**
 * Every option of a cache's policy. The construct's `CachePolicy`, the code's options, the settings between the two, and the documents have
 * these and no others: whoever adds one is led by the compiler and by tests to all of them.
 */
export const POLICY_OPTIONS = {
  ttl: 'duration',
  jitter: 'share',
  staleWhileRevalidate: 'duration',
  earlyRefresh: 'share',
  staleIfError: 'duration',
  retryAfter: 'duration',
  softTimeout: 'timeout',
  hardTimeout: 'timeout',
  negativeTtl: 'duration',
  memoryTtl: 'duration',
  valueVersion: 'text',
} as const satisfies Record<string, OptionKind>;

/** Every option of `caching` that is the function's as a whole. */
export const FUNCTION_OPTIONS = {
  mode: 'mode',
  maxMemory: 'bytes',
  maxEntries: 'count',
  maxBackgroundTime: 'timeout',
  namespace: 'text',
  sharedTimeout: 'timeout',
  sharedConnectTimeout: 'timeout',
  sharedBudget: 'timeout',
} as const satisfies Record<string, OptionKind>;

/** Every wait for DAX. */
export const DAX_WAITS = {
  connectTimeout: 'timeout',
  readTimeout: 'timeout',
  writeTimeout: 'timeout',
  budget: 'timeout',
} as const satisfies Record<string, OptionKind>;

/** The longest that a timer of Node.js waits, in milliseconds; beyond it, it does not wait at all. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The longest that DynamoDB and Memcached keep an entry. */
export const LONGEST_KEEP_DAYS = 30;

/** The settings of options: times are in milliseconds, and say so. */
type SettingsOf<Options extends Record<string, OptionKind>> = {
  readonly [Name in keyof Options as Options[Name] extends 'duration' | 'timeout' ? `${Name & string}Ms` : Name]?:
  Options[Name] extends 'text' ? string : number;
};

/** How entries of one cache behave. What is absent was left to the handler's code, and then to the default. */
export type PolicySettings = SettingsOf<typeof POLICY_OPTIONS>;

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
  /** The DAX cluster in front of the tables that the handler reads; absent: it asks DynamoDB itself. */
  readonly dax?: DaxSettings;
}

/** How the document client reaches DAX, and how long it may wait. What is absent has the runtime's default. */
export interface DaxSettings extends SettingsOf<typeof DAX_WAITS> {
  /** `daxs://host:port`, or `dax://host:port` without TLS. */
  readonly endpoint: string;
  /** As in `WaitSettings`. */
  readonly incarnation?: string;
}

/** How long a shared tier may keep an invocation waiting. What is absent has the runtime's default. */
export interface WaitSettings {
  /** The longest wait for one call; absent: 50 ms. */
  readonly timeoutMs?: number;
  /** The longest wait for a connection that is being made; absent: 250 ms. */
  readonly connectTimeoutMs?: number;
  /** The longest that all waits of one invocation may take together; absent: 250 ms. */
  readonly budgetMs?: number;
  /**
   * Another text whenever the cache is replaced by a new one: the function's template then differs, and CloudFormation updates the function.
   * The runtime does not read it. Absent where another setting does the same.
   */
  readonly incarnation?: string;
}

/** The shared tier of a function. `kind` names the client that speaks to it: the part of the layer that holds it. */
export type SharedSettings = RedisSettings | MemcachedSettings | DynamoDbSettings;

/** A server that speaks Redis. */
export interface RedisSettings extends WaitSettings {
  readonly kind: 'redis';
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
}

/** Servers that speak Memcached's text protocol, and know no users. */
export interface MemcachedSettings extends WaitSettings {
  readonly kind: 'memcached';
  readonly host: string;
  /** Text where only CloudFormation knows it. */
  readonly port: number | string;
  /** The address is that of a cluster of ElastiCache, which says by Auto Discovery what nodes it has. */
  readonly discovery?: true;
  /** Absent: not encrypted. */
  readonly tls?: {
    /** The certificate, in PEM, of whoever signed the server's; absent: those that Node.js trusts. */
    readonly ca?: string;
  };
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

/** A table of DynamoDB. */
export interface DynamoDbSettings extends WaitSettings {
  readonly kind: 'dynamodb';
  readonly table: string;
  /** The names of attributes. */
  readonly partitionKey: string;
  readonly timeToLive: string;
  /** Absent: the table has none. */
  readonly sortKey?: string;
}

/** What the runtime does with a table: the actions that the function's role must allow. */
export const DYNAMODB_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] as const;

/** What the runtime does with a Redis server: the commands that its user must be allowed to call. */
export const REDIS_COMMANDS = [
  // Reading entries and what was invalidated.
  'get', 'mget', 'hmget',
  // Storing and invalidating: scripts, and what they call.
  'eval', 'set', 'getrange', 'hget', 'hset', 'hlen', 'del', 'time',
  // A cluster's slot that is on its way to another node.
  'asking',
  // Connecting.
  'auth', 'cluster|slots',
] as const;

/** The share of the function's memory that all entries may take together where nobody sets a bound. */
export const MEMORY_SHARE = 1 / 4;

/** The share of V8's old space that entries may take; the handler and the collector need the rest. Measured with 128 MB: 32 MiB fit, 34 do not. */
export const HEAP_SHARE = 4 / 7;

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
  daxCalls: 'DaxCalls',
  daxErrors: 'DaxErrors',
  daxTimeouts: 'DaxTimeouts',
  daxRetries: 'DaxRetries',
  daxSkips: 'DaxSkips',
  daxFallbacks: 'DaxFallbacks',
  daxUnknownWrites: 'DaxUnknownWrites',
} as const;

/** Those of the document client: of the function, since it serves no cache in particular. */
export type DaxMetric = Extract<keyof typeof METRICS, `dax${string}`>;
