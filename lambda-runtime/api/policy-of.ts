import type { CachedManyOptions, CachedOptions, CacheOptions, UserLoader } from './options.js';
import { nearestName } from '../../src/contract/nearest-name.js';
import { type Exactly, type OptionKind, POLICY_DEFAULTS, POLICY_OPTIONS, type PolicySettings } from '../../src/contract/options.js';
import { CACHE_NAME } from '../../src/contract/runtime-settings.js';
import type { Policy } from '../engine/policy.js';
import { toMilliseconds } from '../values/duration.js';

/** The options that an operator can set, too. */
const SETTABLE = Object.entries(POLICY_OPTIONS satisfies Exactly<Exclude<keyof CacheOptions, 'cacheErrors' | 'mutable'>, typeof POLICY_OPTIONS>);

/** Those that only the code can set. */
const CODE_OPTIONS = { cacheErrors: 'function', key: 'function', mutable: 'boolean' } as const;

const NAMES = [...SETTABLE.map(([name]) => name), 'cacheErrors', 'mutable'];

/** The code's options, in the form that the construct uses too. */
function settingsOf(cacheName: string, options: Readonly<Record<string, unknown>>): PolicySettings {
  const settings: Record<string, unknown> = {};
  for (const [name, kind] of SETTABLE as [string, OptionKind][]) {
    const value = options[name];
    const what = `${name} of cache '${cacheName}'`;
    if (value === undefined) {
      continue;
    }
    if (kind === 'share' && !(typeof value === 'number' && value >= 0 && value <= 1)) {
      throw new TypeError(`${what} must be a fraction from 0 to 1, not ${String(value)}.`);
    }
    if (kind === 'bound') {
      settings[`${name}Ms`] = value === 'invocation' ? 0 : toMilliseconds(checkBound(value, what), what);
      continue;
    }
    if (kind === 'text' && typeof value !== 'string') {
      throw new TypeError(`${what} must be a string, not ${String(value)}.`);
    }
    const isTime = kind === 'duration' || kind === 'timeout';
    settings[isTime ? `${name}Ms` : name] = isTime ? toMilliseconds(value, what) : value;
  }
  for (const [name, type] of Object.entries(CODE_OPTIONS)) {
    if (options[name] !== undefined && typeof options[name] !== type) {
      throw new TypeError(`${name} of cache '${cacheName}' must be a ${type}, not ${String(options[name])}.`);
    }
  }
  if (options.coherence !== undefined && options.memoryTtl !== undefined) {
    throw new TypeError(`Cache '${cacheName}' has both coherence and memoryTtl. Drop memoryTtl: with coherence, entries stay in memory for as long as they are fresh.`);
  }
  return settings;
}

/** Rejects any string other than 'invocation'; toMilliseconds checks the rest. */
function checkBound(value: unknown, what: string): unknown {
  if (typeof value === 'string') {
    throw new TypeError(`${what} must be 'invocation' or a duration like { seconds: 2 }, not '${value}'.`);
  }
  return value;
}

/** The later place wins. memoryTtl and coherence replace each other. */
function withoutOther(settings: PolicySettings, later: PolicySettings | undefined): PolicySettings {
  const { memoryTtlMs, coherenceMs, ...rest } = settings;
  return later?.coherenceMs === undefined && later?.memoryTtlMs === undefined ? settings : rest;
}

/** The options that only one of the functions has. */
const OWNERS: Readonly<Record<string, string | undefined>> = { key: 'cached', batchSize: 'cachedMany' };

/**
 * Checks that all option names exist.
 *
 * @param own the options of the function that defines the cache
 * @throws TypeError naming the option, the cache and the name that was probably meant
 */
export function checkOptionNames(cacheName: string, options: unknown, own: string): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`The options of cache '${cacheName}' must be an object, not ${Array.isArray(options) ? 'an array' : String(options)}.`);
  }
  const names = [...NAMES, own];
  const wrong = Object.keys(options).find((name) => !names.includes(name));
  if (wrong !== undefined) {
    const owner = OWNERS[wrong];
    const nearest = nearestName(wrong, names);
    const meant = nearest === undefined ? `The options are ${names.join(', ')}.` : `Did you mean ${nearest}?`;
    throw new TypeError(`${wrong} of cache '${cacheName}' is not an option${owner === undefined ? `. ${meant}` : ` here, but of ${owner}().`}`);
  }
}

/**
 * The policy of a cache from three places, each overriding the one before, so that the function's operator can change it without
 * touching the handler.
 *
 * @throws TypeError naming the option and the cache
 */
export function policyOf(
  cacheName: string,
  options: CachedOptions<UserLoader> & CachedManyOptions,
  ...operators: readonly (PolicySettings | undefined)[]
): Policy & { readonly valueVersion: string } {
  const merged = operators.reduce<PolicySettings>((settings, later) => ({ ...withoutOther(settings, later), ...later }),
    settingsOf(cacheName, options as Readonly<Record<string, unknown>>));
  return {
    ...POLICY_DEFAULTS,
    ...merged,
    cacheErrors: options.cacheErrors,
    key: options.key,
    mutable: options.mutable ?? false,
    batched: false,
  };
}

/**
 * Checks a cache's name and loader.
 *
 * @throws TypeError naming the function that defines it
 */
export function checkDefinition(what: string, name: string, loader: unknown): void {
  if (typeof name !== 'string' || !CACHE_NAME.test(name)) {
    throw new TypeError(`${what}(name, loader): name must be 1 to 64 letters, digits, '_', '.' or '-', not ${JSON.stringify(name)}.`);
  }
  if (typeof loader !== 'function') {
    throw new TypeError(`${what}('${name}', loader): loader must be a function, not ${typeof loader}.`);
  }
}
