import { Duration, Size, Token } from 'aws-cdk-lib';
import { CachePolicy } from './cache-policy';
import { CacheMode, CachingOptions, EvictionPolicy } from './caching-options';
import { assertCoherence, Coherence } from './coherence';
import { DAX_TIMEOUTS, Exactly, FUNCTION_OPTIONS, LONGEST_TIMEOUT_MS, OptionKind, POLICY_OPTIONS, PolicySettings } from '../contract/options';
import { CACHE_NAME, DaxSettings } from '../contract/runtime-settings';
import { TimeoutSettings } from '../contract/shared-settings';
import type { DaxOptions } from '../dax/dax-options';
import { invalidProp, invalidUse } from '../validation/errors';
import { checkOptionNames } from '../validation/option-names';
import { assertDuration, assertSize } from '../validation/property-types';

type Table = { readonly [name: string]: OptionKind };
const POLICY: Table = POLICY_OPTIONS satisfies Exactly<keyof CachePolicy, typeof POLICY_OPTIONS>;
const FUNCTION: Table = FUNCTION_OPTIONS satisfies Exactly<Exclude<keyof CachingOptions, keyof CachePolicy>, typeof FUNCTION_OPTIONS>;
const DAX: Table = DAX_TIMEOUTS satisfies Exactly<Exclude<keyof DaxOptions, 'access'>, typeof DAX_TIMEOUTS>;

/** The remedy in the error for a ttl of zero. */
const SWITCH_OFF = ' To turn a cache off, use `caching.mode` or, on a running function, its environment variable CDK_CACHED_FUNCTION_MODE.';

/**
 * Checks a policy and puts it into the form that the runtime reads.
 *
 * @internal
 */
export function renderPolicy(policy: CachePolicy, where: string): PolicySettings {
  const settings = renderOptions(POLICY, policy, where);
  checkOrder(policy, where);
  return settings;
}

/**
 * Checks a function's caching options, to the extent that they are known before deploying.
 *
 * @internal
 */
export function checkCaching(caching: CachingOptions): void {
  checkOptionNames('caching', caching, { ...POLICY, ...FUNCTION });
  checkCachingValues(caching);
}

/**
 * The same without the names, which a subclass may have added to.
 *
 * @internal
 */
export function checkCachingValues(caching: CachingOptions): void {
  renderOptions(FUNCTION, caching, 'caching');
  for (const name of ['sharedTimeout', 'sharedConnectTimeout'] as const) {
    if (isLonger(caching[name], caching.sharedBudget)) {
      throw invalidProp(`caching.${name}`, caching[name]!.toHumanString(), `must not be longer than sharedBudget (${caching.sharedBudget!.toHumanString()})`,
        'The budget ends every wait.');
    }
  }
  renderPolicy(caching, 'caching');
}

/**
 * Checks a policy of a single cache.
 *
 * @internal
 */
export function checkPolicy(policy: CachePolicy, where: string): void {
  const own = Object.keys(policy).find((name) => name in FUNCTION);
  if (own !== undefined) {
    throw invalidUse(`${where}.${own} applies to the whole function. Set it in \`caching\`.`);
  }
  checkOptionNames(where, policy, POLICY);
  renderPolicy(policy, where);
}

const SHARED_TIMEOUTS = { sharedTimeout: 'timeoutMs', sharedConnectTimeout: 'connectTimeoutMs', sharedBudget: 'budgetMs' } as const;

/**
 * The options that have no effect without a shared cache.
 *
 * @internal
 */
export const SHARED_OPTIONS = ['memoryTtl', 'coherence', ...Object.keys(SHARED_TIMEOUTS)] as readonly (keyof CachingOptions)[];

/**
 * How long the shared cache may keep the handler waiting, in the form that the runtime reads.
 *
 * @internal
 */
export function renderSharedTimeouts(caching: CachingOptions): TimeoutSettings {
  return Object.fromEntries(Object.entries(SHARED_TIMEOUTS).flatMap(([name, setting]) => {
    const duration = caching[name as keyof typeof SHARED_TIMEOUTS];
    return duration === undefined ? [] : [[setting, milliseconds(duration, `caching.${name}`)]];
  }));
}

/**
 * How long DAX may keep the handler waiting, in the form that the runtime reads.
 *
 * @internal
 */
export function renderDaxTimeouts(options: DaxOptions): Omit<DaxSettings, 'endpoint'> {
  checkOptionNames('daxOptions', options, { ...DAX, access: true });
  return renderOptions(DAX, options, 'daxOptions');
}

/** Checks the options that are given, each by its type in the table, and renders them. */
function renderOptions(table: Table, options: object, where: string): Record<string, never> {
  return Object.fromEntries(Object.entries(table).flatMap(([name, kind]) => {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) {
      return [];
    }
    CHECKS[kind](value as never, `${where}.${name}`);
    if (kind === 'bound') {
      const { bound } = value as Coherence;
      return [[`${name}Ms`, bound === undefined ? 0 : milliseconds(bound, `${where}.${name}`)]];
    }
    const isTime = kind === 'duration' || kind === 'timeout';
    return [isTime ? [`${name}Ms`, milliseconds(value as Duration, `${where}.${name}`)] : [name, value]];
  })) as Record<string, never>;
}

const CHECKS: { readonly [kind in OptionKind]: (value: never, name: string) => void } = {
  duration: (value: Duration, name) => {
    checkDuration(value, name, Number.MAX_SAFE_INTEGER);
  },
  timeout: (value: Duration, name) => {
    checkDuration(value, name, LONGEST_TIMEOUT_MS);
  },
  bound: (value: Coherence, name) => {
    assertCoherence(name, value);
    if (value.bound !== undefined) {
      checkDuration(value.bound, name, Number.MAX_SAFE_INTEGER);
    }
  },
  share: (value: number, name) => {
    if (!Token.isUnresolved(value) && !(typeof value === 'number' && value >= 0 && value <= 1)) {
      const asPercent = typeof value === 'number' && value > 1 && value <= 100 ? `: for ${value}%, write ${value / 100}` : '';
      throw invalidProp(name, value, 'must be a fraction from 0 to 1', `It is a fraction of the ttl, not a percentage${asPercent}.`);
    }
  },
  count: (value: number, name) => {
    if (!Token.isUnresolved(value) && !(Number.isInteger(value) && value > 0)) {
      throw invalidProp(name, value, 'must be a whole number greater than zero', 'Leave it out for no limit but `maxMemory`.');
    }
  },
  bytes: (value: Size, name) => {
    assertSize(name, value);
    if (value.isUnresolved()) {
      bytes(value, name);
    }
    if (!value.isUnresolved() && value.toBytes() < 1) {
      throw invalidProp(name, '0 bytes', 'must be greater than zero', "Leave it out for a quarter of the function's memory.");
    }
  },
  text: (value: string, name) => {
    if (typeof value !== 'string') {
      throw invalidProp(name, value, 'must be a string', 'Put it in quotes.');
    }
    if (value === '' && name.endsWith('namespace')) {
      throw invalidProp(name, value, 'must not be empty', "Leave it out for one that is unique to the function. With an empty one, functions would read each other's entries.");
    }
  },
  mode: (value: CacheMode, name) => {
    if (!Token.isUnresolved(value) && !Object.values(CacheMode).includes(value)) {
      throw invalidProp(name, value, `must be one of ${Object.values(CacheMode).join(', ')}`, 'Use CacheMode.OFF or CacheMode.SHADOW, or leave it out to keep the cache on.');
    }
  },
  eviction: (value: EvictionPolicy, name) => {
    if (!Token.isUnresolved(value) && !Object.values(EvictionPolicy).includes(value)) {
      throw invalidProp(name, value, `must be one of ${Object.values(EvictionPolicy).join(', ')}`, 'Use EvictionPolicy.LRU, or leave it out for EvictionPolicy.ADAPTIVE.');
    }
  },
};

function checkDuration(duration: Duration, name: string, longestMs: number): void {
  assertDuration(name, duration);
  if (duration.isUnresolved()) {
    return;
  }
  const value = duration.toMilliseconds({ integral: false });
  if (value <= 0) {
    throw invalidProp(name, duration.toHumanString(), 'must be longer than zero', `Leave it out for the default.${name.endsWith('.ttl') ? SWITCH_OFF : ''}`);
  }
  if (value > longestMs) {
    throw invalidProp(name, duration.toHumanString(), `must be at most ${longestMs} milliseconds`,
      longestMs === LONGEST_TIMEOUT_MS ? 'Node.js timers allow no more, and an invocation ends after 15 minutes. Leave it out for the default.' : 'Use a shorter one.');
  }
}

/**
 * A token that is known only when deploying cannot be converted from another unit.
 *
 * @internal
 */
export function milliseconds(duration: Duration, where: string): number {
  try {
    return duration.toMilliseconds({ integral: false });
  } catch {
    throw invalidProp(where, `a token in ${duration.unitLabel()}`, 'must be convertible to milliseconds', 'Use Duration.millis(…) with the token.');
  }
}

/** The same for a size. */
function bytes(size: Size, where: string): number {
  try {
    return size.toBytes();
  } catch {
    throw invalidProp(where, 'a token in another unit', 'cannot be converted to bytes', 'Use Size.bytes(…) with the token.');
  }
}

/** Combinations that make no sense, where one place sets both. */
function checkOrder({ ttl, memoryTtl, coherence, softTimeout, hardTimeout, staleIfError, staleWhileRevalidate }: CachePolicy, where: string): void {
  if (isLonger(softTimeout, hardTimeout)) {
    throw invalidProp(`${where}.softTimeout`, softTimeout!.toHumanString(), `must be shorter than hardTimeout (${hardTimeout!.toHumanString()})`,
      'At softTimeout a stale entry is returned while the load continues; at hardTimeout the load ends.');
  }
  if (isLonger(staleWhileRevalidate, staleIfError)) {
    throw invalidProp(`${where}.staleIfError`, staleIfError!.toHumanString(),
      `must not be shorter than staleWhileRevalidate (${staleWhileRevalidate!.toHumanString()})`,
      'An entry that may be returned while the origin works may also be returned when the loader fails.');
  }
  if (memoryTtl !== undefined && coherence !== undefined) {
    throw invalidProp(`${where}.memoryTtl`, memoryTtl.toHumanString(), 'must not be set together with coherence',
      'Drop memoryTtl: with coherence, entries stay in memory for as long as they are fresh.');
  }
  if (isLonger(memoryTtl, ttl)) {
    throw invalidProp(`${where}.memoryTtl`, memoryTtl!.toHumanString(), `must not be longer than ttl (${ttl!.toHumanString()})`,
      'No entry is used for longer than it is fresh: leave memoryTtl out.');
  }
}

/**
 * Whether a duration is longer than another, to the extent that they are known before deploying.
 *
 * @internal
 */
export function isLonger(one?: Duration, other?: Duration): boolean {
  return one !== undefined && other !== undefined && !one.isUnresolved() && !other.isUnresolved()
    && one.toMilliseconds({ integral: false }) > other.toMilliseconds({ integral: false });
}

/**
 * Checks the name of a cache.
 *
 * @internal
 */
export function checkCacheName(name: string, where: string): void {
  if (!Token.isUnresolved(name) && !(typeof name === 'string' && CACHE_NAME.test(name))) {
    throw invalidProp(where, name, "must be 1 to 64 letters, digits, '_', '.' or '-'", "Use the name that the handler's code gives to cached(name, …).");
  }
}
