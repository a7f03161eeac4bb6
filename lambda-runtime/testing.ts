import { type Duration, toMilliseconds } from './engine/duration.js';
import { install, installedRuntime } from './installed.js';
import { LocalRuntime } from './local-runtime.js';

export type { Duration } from './engine/duration.js';

/**
 * Forgets all entries of all caches, as a new environment has none. The functions that `cached` made stay usable: call this
 * before each test.
 */
export function reset(): void {
  local().reset();
}

/**
 * Runs a test with entries of its own, which nobody else sees, and which nobody sees afterwards; also while other tests run
 * at the same time.
 *
 * @returns what `test` returns
 */
export function isolated<T>(test: () => T): T {
  return local().isolate(test);
}

/** A wall clock for all caches, which moves only when it is told to. */
export interface FakeClock {
  /** Moves the clock on. */
  advance(duration: Duration): void;
  /** Sets the clock, back too. */
  set(time: Date): void;
  /** Goes back to the real clock. */
  restore(): void;
}

/**
 * Puts a clock in the place of the real one, for all caches.
 *
 * @param start what it shows at first; default: the time now
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
  // Not instanceof: the ES module and the CommonJS module of this package each have a class of their own.
  if (installed === null || !('isolate' in installed)) {
    throw new Error('cdk-cached-function/testing is for unit tests: in Lambda, the runtime of the layer is at work.');
  }
  return installed as LocalRuntime;
}
