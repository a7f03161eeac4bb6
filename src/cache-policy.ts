import { Annotations, Duration, Size, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';
import { CACHE_NAME, PolicySettings, WaitSettings } from './runtime-settings';

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
   * How long an entry is believed without asking the shared cache again: the longest that environments may differ after one of them
   * has invalidated an entry, or stored another. At most `ttl`.
   *
   * Of no effect without `sharedCache`.
   *
   * @default - what the handler's code says, else as long as the entry is fresh
   */
  readonly memoryTtl?: Duration;

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
   * is dropped. Must be less than the function's memory, which the handler's own code needs too. On Lambda Managed Instances
   * the worker threads of an environment share it in equal parts.
   *
   * @default - a quarter of the function's memory
   */
  readonly maxMemory?: Size;

  /**
   * The most entries that one environment's memory may hold. On Lambda Managed Instances its worker threads share it in equal parts.
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

  /**
   * The longest that one call of the shared cache may keep the handler waiting. Then the origin is asked.
   *
   * @default Duration.millis(50)
   */
  readonly sharedTimeout?: Duration;

  /**
   * The longest that the handler waits for a connection to the shared cache that is being made. It is begun while the handler's code is
   * loaded, so that as a rule nobody waits.
   *
   * @default Duration.millis(250)
   */
  readonly sharedConnectTimeout?: Duration;

  /**
   * The longest that one invocation may lose to the shared cache. Waits that take unusually long, or bring no answer, count; answers as
   * fast as usual do not, however many there are. Then the invocation goes on without the shared cache.
   *
   * @default Duration.millis(250)
   */
  readonly sharedBudget?: Duration;
}

const DURATIONS = ['ttl', 'staleWhileRevalidate', 'staleIfError', 'retryAfter', 'softTimeout', 'hardTimeout', 'negativeTtl', 'memoryTtl'] as const;

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
function checkOrder({ ttl, memoryTtl, softTimeout, hardTimeout, staleIfError, staleWhileRevalidate }: CachePolicy, where: string): void {
  if (isLonger(softTimeout, hardTimeout)) {
    throw invalidProp(`${where}.softTimeout`, softTimeout!.toHumanString(), `must be shorter than hardTimeout (${hardTimeout!.toHumanString()})`,
      'At softTimeout a stale entry is returned while the load goes on; at hardTimeout the load ends.');
  }
  if (isLonger(staleWhileRevalidate, staleIfError)) {
    throw invalidProp(`${where}.staleIfError`, staleIfError!.toHumanString(),
      `must not be shorter than staleWhileRevalidate (${staleWhileRevalidate!.toHumanString()})`,
      'An entry that may be returned while all is well may be returned when the loader fails.');
  }
  if (isLonger(memoryTtl, ttl)) {
    throw invalidProp(`${where}.memoryTtl`, memoryTtl!.toHumanString(), `must not be longer than ttl (${ttl!.toHumanString()})`,
      'No entry is believed for longer than it is fresh: leave memoryTtl out.');
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
export function checkCaching(caching: CachingOptions): void {
  const { maxEntries, maxBackgroundTime } = caching;
  if (maxEntries !== undefined && !Token.isUnresolved(maxEntries) && !(Number.isInteger(maxEntries) && maxEntries > 0)) {
    throw invalidProp('caching.maxEntries', maxEntries, 'must be a whole number greater than zero', 'Leave it out for no limit but `maxMemory`.');
  }
  checkDuration(maxBackgroundTime, 'caching.maxBackgroundTime');
  const { sharedBudget } = caching;
  for (const name of ['sharedTimeout', 'sharedConnectTimeout', 'sharedBudget'] as const) {
    checkDuration(caching[name], `caching.${name}`);
    if (isLonger(caching[name], sharedBudget)) {
      throw invalidProp(`caching.${name}`, caching[name]!.toHumanString(), `must not be longer than sharedBudget (${sharedBudget!.toHumanString()})`,
        'The budget ends every wait.');
    }
  }
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

const WAITS = { sharedTimeout: 'timeoutMs', sharedConnectTimeout: 'connectTimeoutMs', sharedBudget: 'budgetMs' } as const;

/**
 * How long the shared cache may keep the handler waiting, in the form that the runtime reads.
 *
 * @internal
 */
export function renderWaits(caching: CachingOptions): WaitSettings {
  return Object.fromEntries(Object.entries(WAITS).flatMap(([name, setting]) => {
    const duration = caching[name as keyof typeof WAITS];
    return duration === undefined ? [] : [[setting, milliseconds(duration, `caching.${name}`)]];
  }));
}

/**
 * Not an error: the same options may serve a function in production with a shared cache, and one without in development.
 *
 * @internal
 */
export function warnOfNoSharedCache(fn: IConstruct, options: CachingOptions, where: string, hasSharedCache: boolean): void {
  const without = hasSharedCache ? [] : ['memoryTtl', ...Object.keys(WAITS)].filter((name) => options[name as keyof CachingOptions] !== undefined);
  if (without.length > 0) {
    Annotations.of(fn).addWarningV2('cdk-cached-function:noSharedCache', `${without.map((name) => `${where}.${name}`).join(', ')} without \`sharedCache\`: of no effect.`);
  }
}
