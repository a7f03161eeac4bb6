import { type OptionKind, POLICY_OPTIONS, type PolicySettings } from '../src/runtime-settings.js';
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

/** The options that an operator can set, too. */
const SETTABLE = Object.entries(POLICY_OPTIONS satisfies Record<Exclude<keyof CacheOptions, 'cacheErrors' | 'mutable'>, OptionKind>);

const NAMES = [...SETTABLE.map(([name]) => name), 'cacheErrors', 'mutable'];

/** What the code's options say, in the form that the construct uses too. */
function settingsOf(cacheName: string, options: Readonly<Record<string, unknown>>): PolicySettings {
  const settings: Record<string, unknown> = {};
  for (const [name, kind] of SETTABLE as [string, OptionKind][]) {
    const value = options[name];
    const what = `${name} of cache '${cacheName}'`;
    if (value === undefined) {
      continue;
    }
    if (kind === 'share' && !(typeof value === 'number' && value >= 0 && value <= 1)) {
      throw new TypeError(`${what} must be a share from 0 to 1, not ${String(value)}.`);
    }
    if (kind === 'text' && typeof value !== 'string') {
      throw new TypeError(`${what} must be a text, not ${String(value)}.`);
    }
    const isTime = kind === 'duration' || kind === 'timeout';
    settings[isTime ? `${name}Ms` : name] = isTime ? toMilliseconds(value, what) : value;
  }
  return settings;
}

/**
 * Checks that all options are some.
 *
 * @param own those of the function that defines the cache
 * @throws TypeError naming the option, the cache and the name that was probably meant
 */
export function checkOptionNames(cacheName: string, options: object, own: string): void {
  const names = [...NAMES, own];
  const wrong = Object.keys(options).find((name) => !names.includes(name));
  if (wrong !== undefined) {
    throw new TypeError(`${wrong} of cache '${cacheName}' is no option. Is it ${nearest(wrong, names)}?`);
  }
}

/** The name that has most pairs of neighbouring letters in common with one that is none. */
function nearest(wrong: string, names: readonly string[]): string {
  const pairsOf = (text: string) => Array.from(text.toLowerCase(), (letter, place, letters = text.toLowerCase()) => letter + (letters[place + 1] ?? ''));
  const wanted = pairsOf(wrong);
  const likeness = (name: string) => {
    const pairs = pairsOf(name);
    return pairs.filter((pair) => wanted.includes(pair)).length / (pairs.length + wanted.length);
  };
  return names.reduce((best, name) => likeness(name) > likeness(best) ? name : best);
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
  const merged: PolicySettings = Object.assign(settingsOf(cacheName, options as Readonly<Record<string, unknown>>), ...operators);
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
