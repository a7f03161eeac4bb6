import {
  CACHE_NAME, METRICS_LEVELS, type PolicySettings, type RuntimeSettings, SETTINGS_VARIABLE, SHARED_KINDS, type SharedSettings,
} from '../src/runtime-settings.js';

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
  if (typeof settings.namespace !== 'string') {
    throw invalid('namespace', settings.namespace, 'a text');
  }
  checkWhole('maxMemoryBytes', settings.maxMemoryBytes);
  checkWhole('maxEntries', settings.maxEntries);
  checkPositive('maxBackgroundMs', settings.maxBackgroundMs);
  if (settings.metrics !== undefined && !METRICS_LEVELS.some((level) => level === settings.metrics)) {
    throw invalid('metrics', settings.metrics, `one of ${METRICS_LEVELS.join(', ')}`);
  }
  checkPolicy('caching', settings.caching);
  if (!isObject(settings.caches)) {
    throw invalid('caches', settings.caches, 'an object of policies by cache name');
  }
  for (const [name, policy] of Object.entries(settings.caches)) {
    if (!CACHE_NAME.test(name)) {
      throw invalid('caches', name, `names that match ${CACHE_NAME}`);
    }
    checkPolicy(`caches.${name}`, policy);
  }
  if (settings.shared !== undefined) {
    checkShared(settings.shared);
  }
  return settings as unknown as RuntimeSettings;
}

function checkShared(shared: unknown): void {
  if (!isObject(shared)) {
    throw invalid('shared', shared, 'an object');
  }
  const { kind, host, port, timeoutMs, connectTimeoutMs, budgetMs } = shared as { [setting in keyof SharedSettings]: unknown };
  if (!SHARED_KINDS.some((known) => known === kind)) {
    throw invalid('shared.kind', kind, `one of ${SHARED_KINDS.join(', ')}`);
  }
  if (typeof host !== 'string' || host === '') {
    throw invalid('shared.host', host, 'the name of a host');
  }
  // Not known before deploying where CloudFormation says it: then it comes as text.
  if (!(Number.isInteger(Number(port)) && Number(port) > 0)) {
    throw invalid('shared.port', port, 'the number of a port');
  }
  for (const [name, value] of Object.entries({ timeoutMs, connectTimeoutMs, budgetMs })) {
    checkPositive(`shared.${name}`, value);
  }
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
  if (!isObject(policy)) {
    throw invalid(name, policy, 'an object');
  }
  const { valueVersion, jitter, earlyRefresh, ...durations } = policy as { [setting in keyof PolicySettings]: unknown };
  for (const [setting, value] of Object.entries(durations)) {
    checkPositive(`${name}.${setting}`, value);
  }
  for (const [setting, value] of Object.entries({ jitter, earlyRefresh })) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= 1)) {
      throw invalid(`${name}.${setting}`, value, 'a share from 0 to 1');
    }
  }
  if (valueVersion !== undefined && typeof valueVersion !== 'string') {
    throw invalid(`${name}.valueVersion`, valueVersion, 'a text');
  }
}

function checkWhole(name: string, value: unknown): void {
  checkPositive(name, value);
  if (value !== undefined && !Number.isInteger(value)) {
    throw invalid(name, value, 'a whole number');
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkPositive(name: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
    throw invalid(name, value, 'a number greater than zero');
  }
}

function invalid(name: string, value: unknown, expected: string): Error {
  return new Error(`The setting ${name} in ${SETTINGS_VARIABLE} must be ${expected}, not ${JSON.stringify(value)}.`);
}
