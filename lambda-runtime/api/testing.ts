import { install, installedRuntime } from './installed.js';
import { LocalRuntime } from './local-runtime.js';
import { type Duration, toMilliseconds } from '../values/duration.js';

export type { Duration } from '../values/duration.js';

/**
 * Removes all entries of all caches, as in a new environment. Functions that `cached` returned stay usable. Call this before each
 * test.
 */
export function reset(): void {
  local().reset();
}

/**
 * Runs a test with its own entries, invisible to all other code, even while other tests run at the same time.
 *
 * @returns what `test` returns
 */
export function isolated<T>(test: () => T): T {
  return local().isolate(test);
}

/** A wall clock for all caches that moves only when the test moves it. */
export interface FakeClock {
  /** Moves the clock forward. */
  advance(duration: Duration): void;
  /** Sets the clock, forward or back. */
  set(time: Date): void;
  /** Restores the real clock. */
  restore(): void;
}

/**
 * Replaces the wall clock by a fake one, for all caches.
 *
 * @param start the initial time; default: now
 */
export function fakeClock(start: Date = new Date()): FakeClock {
  const runtime = local();
  let now = start.getTime();
  runtime.now = () => now;
  return {
    advance: (duration) => {
      now += toMilliseconds(duration, 'fakeClock().advance(duration)');
    },
    set: (time) => {
      now = time.getTime();
    },
    restore: () => {
      runtime.now = () => Date.now();
    },
  };
}

function local(): LocalRuntime {
  const installed = installedRuntime();
  if (installed === undefined) {
    const runtime = new LocalRuntime();
    install(runtime);
    return runtime;
  }
  // Not instanceof: this package's ES module and its CommonJS module have separate classes.
  if (installed === null || !('isolate' in installed)) {
    throw new Error("cdk-cached-function/testing is for unit tests: in Lambda, use the layer's runtime.");
  }
  return installed as LocalRuntime;
}
