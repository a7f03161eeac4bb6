/** A TCP proxy whose network fails when the test says so. */
export { FaultyProxy, type FaultyProxyOptions, type ModeOptions } from './faulty-proxy';
export type { Mode } from './mode';
