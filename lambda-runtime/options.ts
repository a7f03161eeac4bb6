import type { PolicySettings } from '../src/runtime-settings.js';
import { type Duration, toMilliseconds } from './engine/duration.js';
import type { Policy } from './engine/policy.js';

/** A function that reads the origin: the source of truth, which the cache never replaces. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type UserLoader = (...args: any[]) => unknown;

/**
 * How a cache behaves. The construct's `caching` wins over what is said here, and its `addCachePolicy` over both; what
 * nobody says has the default.
 */
export interface CacheOptions {
  /**
   * How long an entry is fresh, counted from the start of its load.
   *
   * @default 5 minutes
   */
  readonly ttl?: Duration;
  /**
   * The share of the ttl, from 0 to 1, by which an entry may expire earlier, at random: entries that were loaded together
   * then do not expire together.
   *
   * @default 0
   */
  readonly jitter?: number;
  /**
   * How long after its ttl an entry is returned at once, while its successor is loaded after the response.
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
   * How long after its ttl an entry is returned if the loader fails, or hangs until a quarter of the time is left that the invocation had.
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
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows; the load goes on after the
   * response.
   *
   * @default - as long as it takes
   */
  readonly softTimeout?: Duration;
  /**
   * How long the loader may take. Then its callers get a LoadTimeoutError, or the entry that `staleIfError` allows, and its
   * `signal` is aborted.
   *
   * @default - as long as it takes
   */
  readonly hardTimeout?: Duration;
  /**
   * How long `undefined` and `null` are fresh, and errors that `cacheErrors` selects.
   *
   * @default - `undefined` and `null` are values like others, and errors are not cached
   */
  readonly negativeTtl?: Duration;
  /**
   * Which of the loader's errors are cached, for `negativeTtl`. In this environment's memory only.
   *
   * @default - none
   */
  readonly cacheErrors?: (error: unknown) => boolean;
  /**
   * Every caller gets a copy of its own that it may change. Costs a copy for every hit.
   *
   * @default false - callers share one frozen value, and changing it throws
   */
  readonly mutable?: boolean;
  /**
   * How long an entry is used from this environment's memory before the shared tier is asked whether it is still the one: so
   * far may environments differ after an invalidation. Without a shared tier it does nothing.
   *
   * @default - as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;
  /**
   * Change this when the shape of the values changes: entries of other versions are never read.
   *
   * @default ''
   */
  readonly valueVersion?: string;
}

/** The options of `cached`. */
export interface CachedOptions<L extends UserLoader> extends CacheOptions {
  /**
   * What identifies a call, as plain data.
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
   * @default 100 - what DynamoDB's BatchGetItem takes
   */
  readonly batchSize?: number;
}

/** As long as DAX's default. */
const DEFAULT_TTL_MS = 5 * 60_000;

/** As long as FusionCache's default for the same. */
const DEFAULT_RETRY_AFTER_MS = 30_000;

type Milliseconds<K> = K extends `${infer Name}Ms` ? Name : never;

/** The options that are durations; their settings have the same name and end in Ms. */
const DURATIONS = [
  'ttl', 'staleWhileRevalidate', 'staleIfError', 'retryAfter', 'softTimeout', 'hardTimeout', 'negativeTtl', 'memoryTtl',
] as const satisfies readonly Milliseconds<keyof PolicySettings>[];

const SHARES = ['jitter', 'earlyRefresh'] as const;

/** What an option says, in the form that the construct uses too. */
function settingsOf(cacheName: string, options: CacheOptions): PolicySettings {
  const settings: Record<string, unknown> = {};
  for (const name of DURATIONS) {
    if (options[name] !== undefined) {
      settings[`${name}Ms`] = toMilliseconds(options[name], `${name} of cache '${cacheName}'`);
    }
  }
  for (const name of SHARES) {
    const share = options[name];
    if (share !== undefined && !(share >= 0 && share <= 1)) {
      throw new TypeError(`${name} of cache '${cacheName}' must be a share from 0 to 1, not ${String(share)}.`);
    }
    settings[name] = share;
  }
  settings.valueVersion = options.valueVersion;
  return settings;
}

/**
 * The policy of a cache, from three places, the later winning: whoever operates the function can change it without
 * touching the handler.
 *
 * @throws TypeError naming the option and the cache
 */
export function policyOf(
  cacheName: string,
  options: CachedOptions<UserLoader> & CachedManyOptions,
  ...operators: readonly (PolicySettings | undefined)[]
): Policy & { readonly valueVersion: string } {
  const merged: PolicySettings = Object.assign(settingsOf(cacheName, options), ...operators);
  return {
    ...merged,
    ttlMs: merged.ttlMs ?? DEFAULT_TTL_MS,
    jitter: merged.jitter ?? 0,
    earlyRefresh: merged.earlyRefresh ?? 1,
    staleWhileRevalidateMs: merged.staleWhileRevalidateMs ?? 0,
    staleIfErrorMs: merged.staleIfErrorMs ?? 0,
    retryAfterMs: merged.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS,
    cacheErrors: options.cacheErrors,
    key: options.key,
    mutable: options.mutable ?? false,
    batched: false,
    valueVersion: merged.valueVersion ?? '',
  };
}
