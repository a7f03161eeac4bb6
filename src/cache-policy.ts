import { Duration, Size, Token } from 'aws-cdk-lib';
import { invalidProp } from './errors';
import { CACHE_NAME, PolicySettings } from './runtime-settings';

/**
 * Lambda's own.
 *
 * @internal
 */
export const DEFAULT_MEMORY_MB = 128;

/**
 * How the entries of a cache behave. What is left out is up to the handler's code, and then to the default.
 */
export interface CachePolicy {
  /**
   * How long an entry is fresh, by the wall clock. A fresh entry is returned without asking the origin.
   *
   * Counted from the moment its load began (RFC 9111, section 4.2.3).
   *
   * @default - what the handler's code says, else 5 minutes
   */
  readonly ttl?: Duration;

  /**
   * The share of the ttl, in percent, by which an entry may expire earlier, at random: entries that were loaded together then
   * do not expire together.
   *
   * @default - what the handler's code says, else 0
   */
  readonly jitterPercent?: number;

  /**
   * How long after its ttl an entry is returned at once, while its successor is loaded after the response (RFC 5861, section 3).
   *
   * The environment stays awake for the refresh, and Lambda bills that time.
   *
   * @default - what the handler's code says, else not at all
   */
  readonly staleWhileRevalidate?: Duration;

  /**
   * The share of the ttl, in percent, after which a hit may refresh the entry after the response, at a random moment: a busy
   * entry is then never stale, and environments do not all refresh at once.
   *
   * @default - what the handler's code says, else 100: never before the ttl is over
   */
  readonly earlyRefreshPercent?: number;

  /**
   * How long after its ttl an entry is returned if the loader fails (RFC 5861, section 4).
   *
   * @default - what the handler's code says, else not at all: the loader's error reaches the caller
   */
  readonly staleIfError?: Duration;

  /**
   * How long after a failure stale entries are returned without calling the loader again.
   *
   * @default - what the handler's code says, else 30 seconds
   */
  readonly retryAfter?: Duration;

  /**
   * How long a call waits for the loader before it returns an entry that `staleIfError` allows. The load goes on after the
   * response.
   *
   * @default - what the handler's code says, else as long as it takes
   */
  readonly softTimeout?: Duration;

  /**
   * How long the loader may take. Then its callers get a LoadTimeoutError, or the entry that `staleIfError` allows.
   *
   * @default - what the handler's code says, else as long as it takes
   */
  readonly hardTimeout?: Duration;

  /**
   * How long `undefined` and `null` are fresh, and errors that the handler's code selects for caching.
   *
   * @default - what the handler's code says, else `undefined` and `null` are values like others
   */
  readonly negativeTtl?: Duration;

  /**
   * Change this when the shape of the cached values changes: entries of other versions are never read.
   *
   * @default - what the handler's code says, else no version
   */
  readonly valueVersion?: string;
}

/**
 * How a function caches.
 */
export interface CachingOptions extends CachePolicy {
  /**
   * The most that all entries in one environment's memory may take, by estimate. Beyond it, what was not used for longest
   * is dropped. Must be less than the function's memory, which the handler's own code needs too.
   *
   * @default - a quarter of the function's memory
   */
  readonly maxMemory?: Size;

  /**
   * The most entries that one environment's memory may hold.
   *
   * @default - no limit but `maxMemory`
   */
  readonly maxEntries?: number;

  /**
   * The longest that work after one response (refreshes, above all) may keep the environment awake, within the function's
   * time-out. Lambda bills it.
   *
   * @default Duration.seconds(5)
   */
  readonly maxBackgroundTime?: Duration;

  /**
   * Begins every key. Functions with the same namespace share entries where they share a tier; others never do.
   *
   * @default - made from the account, the region, the stack and the function's path in it
   */
  readonly namespace?: string;
}

const DURATIONS = ['ttl', 'staleWhileRevalidate', 'staleIfError', 'retryAfter', 'softTimeout', 'hardTimeout', 'negativeTtl'] as const;

/**
 * Checks a policy and puts it into the form that the runtime reads.
 *
 * @internal
 */
export function renderPolicy(policy: CachePolicy, where: string): PolicySettings {
  for (const name of DURATIONS) {
    checkDuration(policy[name], `${where}.${name}`);
  }
  for (const name of ['jitterPercent', 'earlyRefreshPercent'] as const) {
    const percent = policy[name];
    if (percent !== undefined && !Token.isUnresolved(percent) && !(percent >= 0 && percent <= 100)) {
      throw invalidProp(`${where}.${name}`, percent, 'must be from 0 to 100', 'It is a share of the ttl, in percent.');
    }
  }
  checkOrder(policy, where);
  const { jitterPercent, earlyRefreshPercent, valueVersion } = policy;
  return {
    ...Object.fromEntries(DURATIONS.filter((name) => policy[name] !== undefined)
      .map((name) => [`${name}Ms`, milliseconds(policy[name]!, `${where}.${name}`)])),
    ...(jitterPercent !== undefined && { jitter: jitterPercent / 100 }),
    ...(earlyRefreshPercent !== undefined && { earlyRefresh: earlyRefreshPercent / 100 }),
    ...(valueVersion !== undefined && { valueVersion }),
  };
}

/**
 * A token that is known only when deploying cannot be converted from another unit.
 *
 * @internal
 */
export function milliseconds(duration: Duration, where: string): number {
  try {
    return duration.toMilliseconds();
  } catch {
    throw invalidProp(where, `a token in ${duration.unitLabel()}`, 'cannot be converted to milliseconds', 'Use Duration.millis(…) with the token.');
  }
}

function checkDuration(duration: Duration | undefined, where: string): void {
  if (duration !== undefined && !duration.isUnresolved() && duration.toMilliseconds() <= 0) {
    throw invalidProp(where, duration.toHumanString(), 'must be longer than zero',
      'Leave it out for the default. To switch a cache off while the function runs, set its environment variable CDK_CACHED_FUNCTION_MODE to "off".');
  }
}

/** Combinations that make no sense, as far as one place says both. */
function checkOrder({ softTimeout, hardTimeout, staleIfError, staleWhileRevalidate }: CachePolicy, where: string): void {
  if (isLonger(softTimeout, hardTimeout)) {
    throw invalidProp(`${where}.softTimeout`, softTimeout!.toHumanString(), `must be shorter than hardTimeout (${hardTimeout!.toHumanString()})`,
      'At softTimeout a stale entry is returned while the load goes on; at hardTimeout the load ends.');
  }
  if (isLonger(staleWhileRevalidate, staleIfError)) {
    throw invalidProp(`${where}.staleIfError`, staleIfError!.toHumanString(),
      `must not be shorter than staleWhileRevalidate (${staleWhileRevalidate!.toHumanString()})`,
      'An entry that may be returned while all is well may be returned when the loader fails.');
  }
}

function isLonger(one?: Duration, other?: Duration): boolean {
  return one !== undefined && other !== undefined && !one.isUnresolved() && !other.isUnresolved() && one.toMilliseconds() > other.toMilliseconds();
}

/**
 * Checks what a function says about caching, as far as it is known before deploying.
 *
 * @internal
 */
export function checkCaching(caching: CachingOptions, memorySize: number = DEFAULT_MEMORY_MB): void {
  const { maxMemory, maxEntries, maxBackgroundTime } = caching;
  if (maxMemory !== undefined && !maxMemory.isUnresolved() && !Token.isUnresolved(memorySize)
    && maxMemory.toBytes() >= Size.mebibytes(memorySize).toBytes()) {
    throw invalidProp('caching.maxMemory', `${maxMemory.toBytes()} bytes`, `must be less than the function's memory of ${memorySize} MB`,
      'Lower it, or raise `memorySize`.');
  }
  if (maxEntries !== undefined && !Token.isUnresolved(maxEntries) && !(Number.isInteger(maxEntries) && maxEntries > 0)) {
    throw invalidProp('caching.maxEntries', maxEntries, 'must be a whole number greater than zero', 'Leave it out for no limit but `maxMemory`.');
  }
  checkDuration(maxBackgroundTime, 'caching.maxBackgroundTime');
  renderPolicy(caching, 'caching');
}

/**
 * Checks the name of a cache.
 *
 * @internal
 */
export function checkCacheName(name: string, where: string): void {
  if (!Token.isUnresolved(name) && !CACHE_NAME.test(name)) {
    throw invalidProp(where, name, "must be 1 to 64 letters, digits, '_', '.' or '-'", "Use the name that the handler's code gives to cached(name, …).");
  }
}
