/** A length of time with its unit. Fields add up: `{ minutes: 1, seconds: 30 }` is 90 seconds. */
export interface Duration {
  readonly milliseconds?: number;
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
}

const MILLISECONDS: Record<keyof Duration, number> = {
  milliseconds: 1,
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/**
 * The duration in milliseconds.
 *
 * @throws TypeError naming `what` if it is not a duration, or not longer than zero.
 */
export function toMilliseconds(duration: unknown, what: string): number {
  const total = sumOf(duration, what);
  if (total <= 0) {
    throw new TypeError(`${what} must be longer than zero, not ${JSON.stringify(duration)}. To turn a cache off, set CDK_CACHED_FUNCTION_MODE=off.`);
  }
  return total;
}

/**
 * The same, but it accepts zero and less.
 *
 * @throws TypeError naming `what` if it is not a duration.
 */
export function sumOf(duration: unknown, what: string): number {
  if (typeof duration !== 'object' || duration === null) {
    throw new TypeError(`${what} must be a duration with its unit, like { seconds: 30 }, not ${String(duration)}.`);
  }
  const fields = Object.entries(duration);
  if (fields.length === 0) {
    throw new TypeError(`${what} has no unit: write a duration like { seconds: 30 }.`);
  }
  let total = 0;
  for (const [unit, amount] of fields) {
    if (!Object.hasOwn(MILLISECONDS, unit) || typeof amount !== 'number' || !Number.isFinite(amount)) {
      throw new TypeError(`${what} has ${unit}: ${String(amount)}; use ${Object.keys(MILLISECONDS).join(', ')} with a finite number.`);
    }
    total += MILLISECONDS[unit as keyof Duration] * amount;
  }
  if (!Number.isFinite(total)) {
    throw new TypeError(`${what} must be finite, not ${JSON.stringify(duration)}.`);
  }
  return total;
}

/** Node.js treats longer delays as one millisecond. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Calls back after that many milliseconds; never if they are 24.8 days or more: no environment lives that long. */
export function startTimer(then: () => void, milliseconds: number): NodeJS.Timeout | undefined {
  return milliseconds > LONGEST_DELAY_MS ? undefined : setTimeout(then, milliseconds);
}
