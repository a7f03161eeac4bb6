import type { BackgroundWork } from './background-work.js';
import type { MemoryCoherence } from './coherence.js';
import type { CurrentCounters } from './counters.js';
import type { EntryStore } from './entry.js';
import type { Invalidations } from './invalidations.js';
import type { SharedPort } from './shared-port.js';
import type { WarnOnce } from './warnings.js';

/** The function that reads the origin. */
export interface Loader {
  (...args: never[]): unknown;
  /** All ids of the batch in which the value is read. */
  readonly batchIds?: readonly unknown[];
}

/**
 * Reads the clock when a call begins or continues after a wait; code in between is passed the time. If the clock has jumped back, the age of
 * stored entries is unknown, and all of them become invalid.
 */
export function tick({ invalidations, now }: Pick<CacheDeps, 'invalidations' | 'now'>): number {
  return invalidations.observe(now());
}

/** A bound of the clock that changes while the environment works. */
export interface ClockBound {
  /** Milliseconds since the epoch; Infinity if there is no bound at the moment. */
  readonly latestMs: number;
}

/** The dependencies of a cache. */
export interface CacheDeps {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** A time that the clock has certainly not reached, if there is one: what is fresh then is fresh now. Absent if there is never one. */
  readonly clockBound?: ClockBound;
  /** This cache's counters in the current invocation. */
  readonly counters: CurrentCounters;
  /** That invocation: its lookups in the same tick are sent to the shared tier together. */
  invocation(): object;
  readonly warnOnce: WarnOnce;
  /**
   * Does work after the response, in the caller's async context and in a separate invocation scope, and keeps the environment
   * awake for it; false if there is too much already.
   */
  runAfterResponse(work: BackgroundWork): boolean;
  /** How often the environment may have been frozen so far; absent if nothing freezes. */
  freezeCount?(): number;
  /** How many milliseconds the current invocation has left; undefined if it has no limit. */
  remainingMs?(): number | undefined;
  readonly memory: EntryStore;
  readonly invalidations: Invalidations;
  /** The shared tier, if there is one. */
  readonly shared?: SharedPort;
  /** Whether the tier is unused until `share()` is called. */
  readonly isSharingDeferred?: boolean;
  /** Keeps memory coherent with other environments; absent if the policy does not require it, or there is no shared tier. */
  readonly coherence?: MemoryCoherence;
  /** The prefix of keys in the shared tier; ends in a colon. */
  keyPrefix(): string;
  /** The current call's tenant, escaped so that it has no `:`, if the function isolates tenants. Read when a call is made, and never later. */
  tenant?(): string | undefined;
}
