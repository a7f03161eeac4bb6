import { METRICS_LEVELS } from '../../src/contract/metrics.js';
import { EVICTION_POLICIES, POLICY_OPTIONS } from '../../src/contract/options.js';
import { CACHE_NAME, type RuntimeSettings, SETTINGS_VARIABLE } from '../../src/contract/runtime-settings.js';
import type { WarnOnce } from '../engine/warnings.js';

/** The requirement for a setting, in words and as a test. An absent setting is always valid: then the default applies. */
type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const POSITIVE: Rule = ['a number greater than zero', (value) => Number.isFinite(value) && value as number > 0];
const BOUND: Rule = ['a number that is not negative', (value) => Number.isFinite(value) && value as number >= 0];
const WHOLE: Rule = ['a whole number greater than zero', (value) => Number.isInteger(value) && value as number > 0];
const SHARE: Rule = ['a share from 0 to 1', (value) => value as number >= 0 && value as number <= 1 && typeof value === 'number'];
const TEXT: Rule = ['a string', (value) => typeof value === 'string'];
const OBJECT: Rule = ['an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)];
const LEVEL: Rule = [`one of ${METRICS_LEVELS.join(', ')}`, (value) => METRICS_LEVELS.some((level) => level === value)];
const EVICTION: Rule = [`one of ${EVICTION_POLICIES.join(', ')}`, (value) => EVICTION_POLICIES.some((policy) => policy === value)];
const NAME: Rule = [`names that match ${CACHE_NAME}`, (value) => CACHE_NAME.test(String(value))];

/** The settings besides policies; each tier checks its own. */
const RULES: Readonly<Record<keyof RuntimeSettings, Rule | undefined>> = {
  namespace: TEXT,
  caching: OBJECT,
  caches: OBJECT,
  maxMemoryBytes: WHOLE,
  maxEntries: WHOLE,
  eviction: EVICTION,
  maxBackgroundMs: POSITIVE,
  metrics: LEVEL,
  shared: undefined,
  dax: undefined,
  responses: OBJECT,
};

const REQUIRED: readonly string[] = ['namespace', 'caching', 'caches'] satisfies (keyof RuntimeSettings)[];

const OF_KIND: Readonly<Record<string, Rule>> = { duration: POSITIVE, timeout: POSITIVE, bound: BOUND, share: SHARE, text: TEXT };

/** A map, since an object inherits members. */
const POLICY_RULES = new Map(Object.entries(POLICY_OPTIONS).map(([name, kind]) => [['duration', 'timeout', 'bound'].includes(kind) ? `${name}Ms` : name, OF_KIND[kind]]));

/**
 * The settings that the construct wrote into the environment.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function readSettings(environment: NodeJS.ProcessEnv, warnOnce: WarnOnce): RuntimeSettings {
  const text = environment[SETTINGS_VARIABLE];
  if (text === undefined) {
    throw new Error(`The environment variable ${SETTINGS_VARIABLE} is missing. CachedFunction sets it: deploy the function again.`);
  }
  const settings = parseObject(text);
  const unknown = Object.keys(settings).filter((name) => !Object.hasOwn(RULES, name));
  for (const [name, rule] of Object.entries(RULES)) {
    if (rule !== undefined) {
      check(name, settings[name], rule, !REQUIRED.includes(name));
    }
  }
  unknown.push(...checkPolicy('caching', settings.caching));
  for (const [name, policy] of Object.entries(settings.caches as object)) {
    check('caches', name, NAME);
    unknown.push(...checkPolicy(`caches.${name}`, policy));
  }
  if (unknown.length > 0) {
    warnOnce('unknownSetting', `The layer is older than the construct, and ignores settings in ${SETTINGS_VARIABLE} that it does not know: ${unknown.join(', ')}. `
      + 'Deploy the function with the layer of the same version.');
  }
  return settings as unknown as RuntimeSettings;
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`The environment variable ${SETTINGS_VARIABLE} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null) {
    throw new Error(`The environment variable ${SETTINGS_VARIABLE} is not a JSON object but ${text}.`);
  }
  return parsed as Record<string, unknown>;
}

/** @returns unknown settings, from a newer construct */
function checkPolicy(name: string, policy: unknown): string[] {
  check(name, policy, OBJECT);
  return Object.entries(policy as object).flatMap(([setting, value]) => {
    const rule = POLICY_RULES.get(setting);
    if (rule === undefined) {
      return [`${name}.${setting}`];
    }
    check(`${name}.${setting}`, value, rule);
    return [];
  });
}

function check(name: string, value: unknown, [expected, holds]: Rule, mayBeAbsent = false): void {
  if (!(mayBeAbsent && value === undefined) && !holds(value)) {
    throw new Error(`The setting ${name} in ${SETTINGS_VARIABLE} must be ${expected}, not ${JSON.stringify(value)}.`);
  }
}
