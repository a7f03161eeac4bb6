import { CACHE_NAME, METRICS_LEVELS, type RuntimeSettings, SETTINGS_VARIABLE } from '../src/runtime-settings.js';

/** What a setting must be, in words and as a test. Absent is always right: then the default applies. */
type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const POSITIVE: Rule = ['a number greater than zero', (value) => Number.isFinite(value) && value as number > 0];
const WHOLE: Rule = ['a whole number greater than zero', (value) => Number.isInteger(value) && value as number > 0];
const SHARE: Rule = ['a share from 0 to 1', (value) => value as number >= 0 && value as number <= 1 && typeof value === 'number'];
const TEXT: Rule = ['a text', (value) => typeof value === 'string'];
const OBJECT: Rule = ['an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)];
const LEVEL: Rule = [`one of ${METRICS_LEVELS.join(', ')}`, (value) => METRICS_LEVELS.some((level) => level === value)];
const NAME: Rule = [`names that match ${CACHE_NAME}`, (value) => CACHE_NAME.test(String(value))];

const RULES: Record<string, Rule> = { maxMemoryBytes: WHOLE, maxEntries: WHOLE, maxBackgroundMs: POSITIVE, metrics: LEVEL };

/** All others are durations. A map: an object has members by names that nobody gave it. */
const POLICY_RULES = new Map([['valueVersion', TEXT], ['jitter', SHARE], ['earlyRefresh', SHARE]]);

/**
 * The settings that the construct wrote into the environment.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function readSettings(environment: NodeJS.ProcessEnv): RuntimeSettings {
  const text = environment[SETTINGS_VARIABLE];
  if (text === undefined) {
    throw new Error(`The environment variable ${SETTINGS_VARIABLE} is missing. CachedFunction sets it: deploy the function again.`);
  }
  const settings = parseObject(text);
  for (const [name, rule] of Object.entries(RULES)) {
    check(name, settings[name], rule, true);
  }
  check('namespace', settings.namespace, TEXT);
  checkPolicy('caching', settings.caching);
  check('caches', settings.caches, OBJECT);
  for (const [name, policy] of Object.entries(settings.caches as object)) {
    check('caches', name, NAME);
    checkPolicy(`caches.${name}`, policy);
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

function checkPolicy(name: string, policy: unknown): void {
  check(name, policy, OBJECT);
  for (const [setting, value] of Object.entries(policy as object)) {
    check(`${name}.${setting}`, value, POLICY_RULES.get(setting) ?? POSITIVE);
  }
}

function check(name: string, value: unknown, [expected, holds]: Rule, mayBeAbsent = false): void {
  if (!(mayBeAbsent && value === undefined) && !holds(value)) {
    throw new Error(`The setting ${name} in ${SETTINGS_VARIABLE} must be ${expected}, not ${JSON.stringify(value)}.`);
  }
}
