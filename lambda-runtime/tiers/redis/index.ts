import { SETTINGS_VARIABLE, type SharedSettings } from '../../../src/runtime-settings.js';
import { Guard } from '../guard.js';
import { SharedTier } from '../shared-tier.js';
import { RedisTier } from './redis-tier.js';

const DEFAULT_TIMEOUT_MS = 50;
const DEFAULT_CONNECT_TIMEOUT_MS = 250;
const DEFAULT_BUDGET_MS = 250;

/** What a shared tier needs of the runtime. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly namespace: string;
  readonly now: () => number;
  /** What the time that is spent waiting belongs to: the invocation under way. */
  readonly scope: () => object;
  readonly warnOnce: (message: string) => void;
}

/**
 * Opens the shared tier: the one thing that the layer's handler asks of a flavour. Connects while INIT goes on.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function openTier(settings: SharedSettings, { environment, namespace, now, scope, warnOnce }: Surroundings): SharedTier {
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS,
    budgetMs = DEFAULT_BUDGET_MS,
  } = settings;
  check('host', settings.host, typeof settings.host === 'string' && settings.host !== '');
  // Not known before deploying where CloudFormation says it: then it comes as text.
  check('port', settings.port, Number.isInteger(Number(settings.port)) && Number(settings.port) > 0);
  for (const [name, value] of Object.entries({ timeoutMs, connectTimeoutMs, budgetMs })) {
    check(name, value, Number.isFinite(value) && value > 0);
  }
  const tier = new RedisTier({ settings, environment, connectTimeoutMs }, namespace);
  const guard = new Guard({ timeoutMs, connectTimeoutMs, budgetMs }, tier, now, warnOnce);
  return new SharedTier(tier, { guard, now, scope, warnOnce });
}

function check(name: string, value: unknown, holds: boolean): void {
  if (!holds) {
    throw new Error(`The setting shared.${name} in ${SETTINGS_VARIABLE} cannot be ${JSON.stringify(value)}.`);
  }
}
