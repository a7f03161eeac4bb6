import { Guard, type InvocationScope, type Limits, type ServerTraits } from './guard.js';
import { SharedTier } from './shared-tier.js';
import type { Tier } from './tier.js';
import type { WaitBudget } from './wait-budget.js';
import { SETTINGS_VARIABLE, type WaitSettings } from '../../src/runtime-settings.js';
import type { WarnOnce } from '../engine/warn-once.js';

const DEFAULT_TIMEOUT_MS = 50;
const DEFAULT_CONNECT_TIMEOUT_MS = 250;
const DEFAULT_BUDGET_MS = 250;

/** What a shared tier needs of the runtime. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Begins every key; no part of it can be taken for another. */
  readonly namespace: string;
  readonly now: () => number;
  /** What the time that is spent waiting belongs to, and what is counted of invalidations. */
  readonly scope: () => InvocationScope;
  readonly warnOnce: WarnOnce;
  /** The most that all entries in this runtime's memory may take. */
  readonly maxMemoryBytes: number;
}

/** What several tiers of one function have in common, and what is peculiar to a kind of server. */
export interface GuardOptions {
  /** By invocation. Default: the tier has a budget of its own. */
  readonly budgets?: WeakMap<object, WaitBudget>;
  readonly server?: ServerTraits;
  /** An invalidation before this time may not have reached the tier. */
  readonly distrustedUntil?: number;
}

/**
 * How long a tier may keep an invocation waiting.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function limitsOf(settings: WaitSettings): Limits {
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
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function guardTier(
  settings: WaitSettings, { namespace, now, scope, warnOnce, maxMemoryBytes }: Surroundings, connect: (limits: Limits) => Tier,
  { budgets, server, distrustedUntil }: GuardOptions = {},
): SharedTier {
  const limits = limitsOf(settings);
  const tier = connect(limits);
  const guard = new Guard(limits, tier, now, warnOnce, budgets, { ...server, keyPrefix: `${namespace}:` });
  return new SharedTier(tier, { guard, now, scope, warnOnce, maxMemoryBytes, distrustedUntil });
}

/** Where a server listens; the port is text where only CloudFormation knows it. */
export function checkAddress({ host, port }: { readonly host: string; readonly port: number | string }): void {
  checkSetting('host', host, typeof host === 'string' && host !== '');
  checkSetting('port', port, Number.isInteger(Number(port)) && Number(port) > 0);
}

export function checkSetting(name: string, value: unknown, holds: boolean): void {
  if (!holds) {
    throw new Error(`The setting shared.${name} in ${SETTINGS_VARIABLE} cannot be ${JSON.stringify(value)}.`);
  }
}
