/**
 * Milliseconds on a clock that cannot be set. Not `performance`: Node.js takes more than half a millisecond to load it, which would delay a
 * cold start.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
