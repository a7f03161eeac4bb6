import { Duration, Size, Token } from 'aws-cdk-lib';
import { CacheMode, CachePolicy, CachingOptions } from './cache-policy';
import type { DaxOptions } from './dax/dax-access';
import { invalidProp } from './errors';
import { assertDuration, assertSize } from './property-types';
import {
  CACHE_NAME, DAX_WAITS, DaxSettings, FUNCTION_OPTIONS, LONGEST_TIMEOUT_MS, OptionKind, POLICY_OPTIONS, PolicySettings, WaitSettings,
} from './runtime-settings';

/** The compiler refuses an option here that the table lacks, and one of the table that is missing here. */
type Table = { readonly [name: string]: OptionKind };
const POLICY: Record<keyof CachePolicy, OptionKind> & Table = POLICY_OPTIONS satisfies Record<keyof CachePolicy, OptionKind>;
const FUNCTION: Record<Exclude<keyof CachingOptions, keyof CachePolicy>, OptionKind> & Table =
  FUNCTION_OPTIONS satisfies Record<Exclude<keyof CachingOptions, keyof CachePolicy>, OptionKind>;
const DAX: Record<Exclude<keyof DaxOptions, 'access'>, OptionKind> & Table = DAX_WAITS satisfies Record<Exclude<keyof DaxOptions, 'access'>, OptionKind>;

/** What somebody may want who sets a ttl of zero. */
const SWITCH_OFF = ' To switch a cache off, use `caching.mode`, or on a running function its environment variable CDK_CACHED_FUNCTION_MODE.';

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
 * Checks what a function says about caching, as far as it is known before deploying.
 *
 * @internal
 */
export function checkCaching(caching: CachingOptions): void {
  renderOptions(FUNCTION, caching, 'caching');
  for (const name of ['sharedTimeout', 'sharedConnectTimeout'] as const) {
    if (isLonger(caching[name], caching.sharedBudget)) {
      throw invalidProp(`caching.${name}`, caching[name]!.toHumanString(), `must not be longer than sharedBudget (${caching.sharedBudget!.toHumanString()})`,
        'The budget ends every wait.');
    }
  }
  renderPolicy(caching, 'caching');
}

const SHARED_WAITS = { sharedTimeout: 'timeoutMs', sharedConnectTimeout: 'connectTimeoutMs', sharedBudget: 'budgetMs' } as const;

/**
 * The options that are of no effect without a shared cache.
 *
 * @internal
 */
export const SHARED_OPTIONS = ['memoryTtl', ...Object.keys(SHARED_WAITS)] as readonly (keyof CachingOptions)[];

/**
 * How long the shared cache may keep the handler waiting, in the form that the runtime reads.
 *
 * @internal
 */
export function renderWaits(caching: CachingOptions): WaitSettings {
  return Object.fromEntries(Object.entries(SHARED_WAITS).flatMap(([name, setting]) => {
    const duration = caching[name as keyof typeof SHARED_WAITS];
    return duration === undefined ? [] : [[setting, milliseconds(duration, `caching.${name}`)]];
  }));
}

/**
 * How long DAX may keep the handler waiting, in the form that the runtime reads.
 *
 * @internal
 */
export function renderDaxWaits(options: DaxOptions): Omit<DaxSettings, 'endpoint'> {
  return renderOptions(DAX, options, 'daxOptions');
}

/** What is given of a table's options, each checked by what it is. */
function renderOptions(table: Table, options: object, where: string): Record<string, never> {
  return Object.fromEntries(Object.entries(table).flatMap(([name, kind]) => {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) {
      return [];
    }
    CHECKS[kind](value as never, `${where}.${name}`);
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
  share: (value: number, name) => {
    if (!Token.isUnresolved(value) && !(typeof value === 'number' && value >= 0 && value <= 1)) {
      const asPercent = typeof value === 'number' && value > 1 && value <= 100 ? `: for ${value} %, write ${value / 100}` : '';
      throw invalidProp(name, value, 'must be a share from 0 to 1', `It is a share of the ttl, not a percentage${asPercent}.`);
    }
  },
  count: (value: number, name) => {
    if (!Token.isUnresolved(value) && !(Number.isInteger(value) && value > 0)) {
      throw invalidProp(name, value, 'must be a whole number greater than zero', 'Leave it out for no limit but `maxMemory`.');
    }
  },
  bytes: (value: Size, name) => {
    assertSize(name, value);
    if (!value.isUnresolved() && value.toBytes() < 1) {
      throw invalidProp(name, '0 bytes', 'must be greater than zero', "Leave it out for a quarter of the function's memory.");
    }
  },
  text: (value: string, name) => {
    if (typeof value !== 'string') {
      throw invalidProp(name, value, 'must be text', 'Put it in quotes.');
    }
    if (value === '' && name.endsWith('namespace')) {
      throw invalidProp(name, value, 'must not be empty', "Leave it out for one that no other function has. Without one, functions would read each other's entries.");
    }
  },
  mode: (value: CacheMode, name) => {
    if (!Token.isUnresolved(value) && !Object.values(CacheMode).includes(value)) {
      throw invalidProp(name, value, `must be one of ${Object.values(CacheMode).join(', ')}`, 'Use CacheMode.OFF or CacheMode.SHADOW, or leave it out: the cache is then on.');
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
      longestMs === LONGEST_TIMEOUT_MS ? 'Timers of Node.js hold no more, and an invocation ends after 15 minutes. Leave it out for the default.' : 'Use a shorter one.');
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
    throw invalidProp(where, `a token in ${duration.unitLabel()}`, 'cannot be converted to milliseconds', 'Use Duration.millis(…) with the token.');
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
      'An entry that may be returned while the origin works may be returned when the loader fails.');
  }
  if (isLonger(memoryTtl, ttl)) {
    throw invalidProp(`${where}.memoryTtl`, memoryTtl!.toHumanString(), `must not be longer than ttl (${ttl!.toHumanString()})`,
      'No entry is used for longer than it is fresh: leave memoryTtl out.');
  }
}

/**
 * As far as it is known before deploying.
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
