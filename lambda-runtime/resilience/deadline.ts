import { LONGEST_DELAY_MS } from '../values/duration.js';

/** The result of `inTime` for work that takes too long. */
export const TIMED_OUT = Symbol('timed out');

/** The error of work that missed one of its own deadlines. */
export class DeadlineError extends Error {}

/**
 * Returns the work's result, or TIMED_OUT after that many milliseconds; then the work continues, and its outcome is ignored. A wait of
 * 24.8 days or longer has no limit.
 */
export function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T | typeof TIMED_OUT> {
  if (milliseconds > LONGEST_DELAY_MS) {
    return work;
  }
  return new Promise((resolve, reject) => {
    // Then one more turn of the event loop: if the handler's own work has blocked it, the response may have arrived but not been read.
    const timer = setTimeout(() => setImmediate(resolve, TIMED_OUT), milliseconds);
    work.then((result) => {
      clearTimeout(timer);
      resolve(result);
    }, (error: unknown) => {
      clearTimeout(timer);
      reject(error as Error);
    });
  });
}

/** Calls back once, after that many milliseconds without activity. */
export class InactivityTimer {
  private touches = 0;
  private isStopped = false;
  private readonly timer: NodeJS.Timeout;

  public constructor(milliseconds: number, onInactive: () => void) {
    this.timer = setTimeout(() => {
      const { touches } = this;
      // The response may have arrived but not been read, as above.
      setImmediate(() => {
        if (!this.isStopped && touches === this.touches) {
          onInactive();
        }
      });
    }, Math.min(milliseconds, LONGEST_DELAY_MS));
  }

  public touch(): void {
    this.touches++;
    if (!this.isStopped) {
      this.timer.refresh();
    }
  }

  public stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }
}
