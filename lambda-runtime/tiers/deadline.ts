import { LONGEST_DELAY_MS } from '../engine/timer.js';

/** What `inTime` brings of work that takes longer. */
export const TIMED_OUT = Symbol('timed out');

/** Work that has deadlines of its own rejects with this when one of them has passed. */
export class DeadlineError extends Error {}

/**
 * What the work brings, or TIMED_OUT after so many milliseconds; then the work goes on, and how it ends changes nothing. A wait of
 * 24.8 days or longer has no end.
 */
export function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T | typeof TIMED_OUT> {
  if (milliseconds > LONGEST_DELAY_MS) {
    return work;
  }
  return new Promise((resolve, reject) => {
    // Then once round the event loop: where the handler's own work has held it up, the answer may be here and unread.
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

/** Calls back after so many milliseconds without a sign of life, once. */
export class SilenceTimer {
  private signs = 0;
  private isStopped = false;
  private readonly timer: NodeJS.Timeout;

  public constructor(milliseconds: number, onSilence: () => void) {
    this.timer = setTimeout(() => {
      const { signs } = this;
      // The answer may be here and unread, as above.
      setImmediate(() => {
        if (!this.isStopped && signs === this.signs) {
          onSilence();
        }
      });
    }, Math.min(milliseconds, LONGEST_DELAY_MS));
  }

  public heard(): void {
    this.signs++;
    if (!this.isStopped) {
      this.timer.refresh();
    }
  }

  public stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }
}
