/** So many failures in a row are no accident. */
const MAX_FAILURES = 3;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** The right to make one call. It is handed back with the result: by `succeeded`, `failed` or `release`. */
export type Permit = number;

/**
 * A circuit breaker: stops calling a server that fails, and finds out now and then whether it is back, by one call, the probe.
 *
 * Pauses are measured by the wall clock: one that ends while the environment is frozen has ended.
 */
export class Breaker {
  private failures = 0;
  private openUntil = 0;
  private pauseMs = FIRST_PAUSE_MS;
  private isProbing = false;
  /** How many failures there have been, ever: what a permit was given before. */
  private epoch = 0;

  public constructor(private readonly now: () => number) {}

  public get isOpen(): boolean {
    return this.failures >= MAX_FAILURES;
  }

  /** The right to make a call; undefined if it must not be made. */
  public tryAcquire(): Permit | undefined {
    if (this.isOpen) {
      // A clock that went back would keep it open for as long.
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

  /** The call says nothing about the server. */
  public release(permit: Permit): void {
    if (permit === this.epoch) {
      this.isProbing = false;
    }
  }

  /** Calls that were made side by side, and failed, have found one failure: it says nothing about how long that lasts. */
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
