/** The options of caches, functions and DAX: each has its kind here, and validation, settings and types follow from that. */

/**
 * The values of the environment variable CDK_CACHED_FUNCTION_MODE. Absent or empty: the cache is on. `shadow`: the loader is always called, and its result is
 * compared with the cached value.
 */
export const MODES = ['off', 'shadow'] as const;

/** Which entry is evicted when memory is full; the first is the default. */
export const EVICTION_POLICIES = ['adaptive', 'lru'] as const;

/**
 * An option's type. `duration`: a time span that is compared with a clock. `timeout`: a time span for a timer. `bound`: a time span that
 * may be 0. `share`: from 0 to 1. `count`: a whole number greater than zero. `bytes`: an amount of memory. `text`. `mode`: one of MODES.
 * `eviction`: one of EVICTION_POLICIES.
 */
export type OptionKind = 'duration' | 'timeout' | 'bound' | 'share' | 'count' | 'bytes' | 'text' | 'mode' | 'eviction';

/**
 * Every option of a cache's policy. The construct's `CachePolicy`, the code's options, the settings between the two, and the documents have
 * exactly these; the compiler and tests point to each place.
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
  coherence: 'bound',
  valueVersion: 'text',
} as const satisfies Record<string, OptionKind>;

/** Every option of `caching` that applies to the whole function. */
export const FUNCTION_OPTIONS = {
  mode: 'mode',
  maxMemory: 'bytes',
  maxEntries: 'count',
  eviction: 'eviction',
  maxBackgroundTime: 'timeout',
  namespace: 'text',
  sharedTimeout: 'timeout',
  sharedConnectTimeout: 'timeout',
  sharedBudget: 'timeout',
} as const satisfies Record<string, OptionKind>;

/** Every wait for DAX. */
export const DAX_TIMEOUTS = {
  connectTimeout: 'timeout',
  readTimeout: 'timeout',
  writeTimeout: 'timeout',
  budget: 'timeout',
} as const satisfies Record<string, OptionKind>;

/** A table of exactly these options: the compiler rejects a missing name, and one that is not among them. */
export type Exactly<Names extends PropertyKey, Table> = Readonly<Record<Names, OptionKind> & Record<Exclude<keyof Table, Names>, never>>;

/** The longest delay of a Node.js timer, in milliseconds; with a longer one, it fires at once. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The settings of options: times are in milliseconds, and their names end in Ms. */
export type SettingsOf<Options extends Record<string, OptionKind>> = {
  readonly [Name in keyof Options as Options[Name] extends 'duration' | 'timeout' | 'bound' ? `${Name & string}Ms` : Name]?:
  Options[Name] extends 'text' ? string : number;
};

/** The policy of one cache. An absent option comes from the handler's code, then from the default. */
export type PolicySettings = SettingsOf<typeof POLICY_OPTIONS>;

/** The defaults of options. An option that is missing here has none, and its feature is off. */
export const POLICY_DEFAULTS = {
  /** As long as DAX's default. */
  ttlMs: 5 * 60_000,
  jitter: 0,
  staleWhileRevalidateMs: 0,
  earlyRefresh: 1,
  staleIfErrorMs: 0,
  /** As long as FusionCache's default for the same. */
  retryAfterMs: 30_000,
  valueVersion: '',
} as const satisfies PolicySettings;

/** A whole policy, with its defaults. `CachePolicy` and `CacheOptions` have the description of each option. */
export type CompletePolicy = Omit<PolicySettings, keyof typeof POLICY_DEFAULTS> & Required<Pick<PolicySettings, keyof typeof POLICY_DEFAULTS>>;
