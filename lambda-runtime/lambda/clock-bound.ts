import { LONGEST_DELAY_MS } from '../values/duration.js';

/** How long code may still run after its deadline: until Lambda has ended the environment, or until a timer can fire. */
const MARGIN_MS = 10_000;

/**
 * A time that the clock has certainly not reached, since reading the clock takes as long as the rest of a hit.
 *
 * While an invocation is open, its environment is not frozen, and Lambda ends the environment at the invocation's deadline, no matter what the
 * handler does. So an entry that will be fresh at the deadline is fresh now. On Managed Instances, Lambda does not end what misses its
 * deadline: there, the bound is dropped by a timer.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html
 */
export class ClockBound {
  /** Milliseconds since the epoch; Infinity if there is no bound. */
  public latestMs = Infinity;
  private open = 0;
  /** The longest time that an invocation has had. */
  private longestMs = 0;
  private timer?: NodeJS.Timeout;

  /** @param isEnforced whether Lambda ends the environment at an invocation's deadline */
  public constructor(private readonly isEnforced: boolean) {}

  /**
   * Called when an invocation begins.
   *
   * @param remainingMs until its deadline, by the environment's clock. Too short if that clock is ahead of Lambda's
   */
  public begin(now: number, remainingMs: number): void {
    if (this.isEnforced) {
      // There is one at a time, so the previous one is over, even if its handler never ended: context.succeed() ends it without that.
      this.open = 0;
      this.latestMs = Infinity;
    }
    this.open++;
    if (remainingMs > 0 && remainingMs < Infinity) {
      // All invocations of a function have the same time, so less is due to a clock that has jumped ahead.
      this.longestMs = Math.max(this.longestMs, remainingMs);
      const latestMs = now + this.longestMs + MARGIN_MS;
      if (this.latestMs === Infinity || latestMs > this.latestMs) {
        this.latestMs = latestMs;
      }
    }
    if (!this.isEnforced && this.timer === undefined) {
      this.checkAtDeadline(now);
    }
  }

  /** Called when it ends: what runs afterwards may be frozen. */
  public end(): void {
    if (--this.open === 0) {
      this.latestMs = Infinity;
    }
  }

  /** One timer for all invocations: the latest deadline moves on with each of them. */
  private checkAtDeadline(now: number): void {
    const remainingMs = this.latestMs - MARGIN_MS - now;
    if (this.latestMs === Infinity || remainingMs <= 0) {
      this.latestMs = Infinity;
      this.timer = undefined;
      return;
    }
    this.timer = setTimeout(() => this.checkAtDeadline(Date.now()), Math.min(remainingMs, LONGEST_DELAY_MS));
    this.timer.unref();
  }
}
