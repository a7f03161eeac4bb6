/** What `inTime` brings of work that takes longer. */
export const TIMED_OUT = Symbol('timed out');

/** What the work brings, or TIMED_OUT after so many milliseconds; then the work goes on, and how it ends changes nothing. */
export function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T | typeof TIMED_OUT> {
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
