import type { CompletePolicy } from '../../src/contract/options.js';

/** The policy of one cache: options that operators can set too, and options for code only. All times are in milliseconds. */
export interface Policy extends Omit<CompletePolicy, 'valueVersion'> {
  /** Which of the loader's errors are cached, for `negativeTtlMs`. */
  readonly cacheErrors?: (error: unknown) => boolean;
  /** Returns the identity of a call; absent: all its arguments. */
  readonly key?: (...args: never[]) => unknown;
  /** The loader reads many values in one call, and measures the call itself. */
  readonly batched: boolean;
  /** Every caller gets its own copy, which it may change, at the cost of a copy per hit. */
  readonly mutable: boolean;
}

/** The share of an invocation's remaining time that a wait for the origin leaves for the rest of its work. */
const RESERVED_SHARE = 1 / 4;

/**
 * How long a call that can return something else waits for a load. An origin that hangs must not use up an invocation's time.
 *
 * @param remainingMs the invocation's remaining time; default: unlimited
 */
export function maxWaitMs({ softTimeoutMs = Infinity }: Pick<Policy, 'softTimeoutMs'>, remainingMs = Infinity): number {
  return Math.min(softTimeoutMs, remainingMs * (1 - RESERVED_SHARE));
}

/** Whether a cache with this policy has work to do after the response: refreshes, and loads that take too long to wait for. */
export function hasBackgroundWork(
  { staleWhileRevalidateMs = 0, staleIfErrorMs = 0, earlyRefresh = 1 }: Partial<Pick<Policy, 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'earlyRefresh'>>,
): boolean {
  return staleWhileRevalidateMs > 0 || staleIfErrorMs > 0 || earlyRefresh < 1;
}
