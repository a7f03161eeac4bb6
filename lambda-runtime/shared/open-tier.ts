import { Guard, type InvocationScope, type Limits, type ServerTraits } from './guard.js';
import { SharedTier } from './shared-tier.js';
import type { Tier } from './tier.js';
import { SETTINGS_VARIABLE } from '../../src/contract/runtime-settings.js';
import type { TimeoutSettings } from '../../src/contract/shared-settings.js';
import type { WarnOnce } from '../engine/warnings.js';
import type { WaitBudget } from '../resilience/wait-budget.js';

const DEFAULT_TIMEOUT_MS = 50;
const DEFAULT_CONNECT_TIMEOUT_MS = 250;
const DEFAULT_BUDGET_MS = 250;

/** The dependencies of a shared tier. */
export interface TierDeps {
  readonly environment: NodeJS.ProcessEnv;
  /** The prefix of every key; its parts are escaped. */
  readonly namespace: string;
  readonly now: () => number;
  /** The invocation that is charged for waiting, and in which invalidations are counted. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: WarnOnce;
  /** The most that all entries in this runtime's memory may take. */
  readonly maxMemoryBytes: number;
}

/** The parts that a function's tiers share, and those that depend on the kind of server. */
export interface GuardOptions {
  /** The budgets by invocation. Default: the tier has its own. */
  readonly budgets?: WeakMap<object, WaitBudget>;
  readonly server?: ServerTraits;
  /** An invalidation before this time may not have reached the tier. */
  readonly ignoreEntriesBefore?: number;
}

/**
 * How long a tier may keep an invocation waiting.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function limitsOf(settings: TimeoutSettings): Limits {
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS,
    budgetMs = DEFAULT_BUDGET_MS,
  } = settings;
  for (const [name, value] of Object.entries({ timeoutMs, connectTimeoutMs, budgetMs })) {
    checkSetting(name, value, Number.isFinite(value) && value > 0);
  }
  return { timeoutMs, connectTimeoutMs, budgetMs };
}

/**
 * Puts a tier of some kind behind its guard.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function guardTier(
  settings: TimeoutSettings, { namespace, now, scope, warnOnce, maxMemoryBytes }: TierDeps, connect: (limits: Limits) => Tier,
  { budgets, server, ignoreEntriesBefore }: GuardOptions = {},
): SharedTier {
  const limits = limitsOf(settings);
  const tier = connect(limits);
  const guard = new Guard(limits, tier, now, warnOnce, budgets, { ...server, keyPrefix: `${namespace}:` });
  return new SharedTier(tier, { guard, now, scope, warnOnce, maxMemoryBytes, ignoreEntriesBefore });
}

/** A server's address; the port is text if it is known only when deploying. */
export function checkAddress({ host, port }: { readonly host: string; readonly port: number | string }): void {
  checkSetting('host', host, typeof host === 'string' && host !== '');
  checkSetting('port', port, Number.isInteger(Number(port)) && Number(port) > 0);
}

export function checkSetting(name: string, value: unknown, holds: boolean): void {
  if (!holds) {
    throw new Error(`The setting shared.${name} in ${SETTINGS_VARIABLE} cannot be ${JSON.stringify(value)}.`);
  }
}
