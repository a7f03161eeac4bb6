/** Node.js takes longer delays for one millisecond. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Calls back after so many milliseconds. What takes 24.8 days or longer never happens: no environment lives that long. */
export function startTimer(then: () => void, milliseconds: number): NodeJS.Timeout | undefined {
  return milliseconds > LONGEST_DELAY_MS ? undefined : setTimeout(then, milliseconds);
}
