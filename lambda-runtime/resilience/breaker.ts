/** The number of consecutive failures that opens the breaker. */
const MAX_FAILURES = 3;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** A permit for one call. The caller returns it with the result: with `succeeded`, `failed` or `release`. */
export type Permit = number;

/**
 * A circuit breaker: it stops calls to a failing server, and checks from time to time with a single call, the probe, whether it is back.
 *
 * Pauses are measured by the wall clock, so that they also end while the environment is frozen.
 */
export class Breaker {
  private failures = 0;
  private openUntil = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private isProbing = false;
  /** The total number of failures, by which permits from before a failure are recognized. */
  private epoch = 0;

  public constructor(private readonly now: () => number) {}

  public get isOpen(): boolean {
    return this.failures >= MAX_FAILURES;
  }

  /** A permit for a call; undefined if the call must not be made. */
  public tryAcquire(): Permit | undefined {
    if (this.isOpen) {
      // If the clock went back, the breaker would otherwise stay open for that long.
      const isPausing = this.now() < this.openUntil && this.openUntil - this.now() <= LONGEST_PAUSE_MS;
      if (this.isProbing || isPausing) {
        return undefined;
      }
      this.isProbing = true;
    }
    return this.epoch;
  }

  public succeeded(): void {
    this.failures = 0;
    this.isProbing = false;
    this.pauseMs = FIRST_PAUSE_MS;
  }

  /** Returns a permit whose call is no evidence about the server. */
  public release(permit: Permit): void {
    if (permit === this.epoch) {
      this.isProbing = false;
    }
  }

  /** Concurrent calls that fail count as one failure, since they do not show how long it lasts. */
  public failed(permit: Permit): void {
    if (permit !== this.epoch) {
      return;
    }
    this.epoch++;
    this.failures++;
    if (this.isProbing) {
      this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    }
    this.isProbing = false;
    if (this.isOpen) {
      this.openUntil = this.now() + this.pauseMs;
    }
  }
}
