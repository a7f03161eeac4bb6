import type { BackgroundWork } from './background-work.js';
import type { CurrentCounters } from './counters.js';
import type { EntryStore } from './entry.js';
import type { Invalidations } from './invalidations.js';
import type { SharedStore } from './shared.js';
import type { WarnOnce } from './warn-once.js';

/** The function that reads the origin. */
export interface Loader {
  (...args: never[]): unknown;
  /** What the origin is asked for together with its arguments. */
  readonly others?: readonly unknown[];
}

/** What a cache needs of its surroundings. */
export interface CacheParts {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** The counters of this cache in the invocation under way. */
  readonly counters: CurrentCounters;
  readonly warnOnce: WarnOnce;
  /**
   * Does work when the response is out, in the caller's async context and in an invocation of its own, and keeps the environment
   * awake for it; false if there is too much already.
   */
  later(work: BackgroundWork): boolean;
  /** How often the environment may have been frozen so far; absent where nothing freezes. */
  freezes?(): number;
  /** How many milliseconds are left before the invocation under way is ended; undefined where nothing ends it. */
  remainingMs?(): number | undefined;
  readonly memory: EntryStore;
  readonly invalidations: Invalidations;
  /** The tier that all environments share, if there is one. */
  readonly shared?: SharedStore;
  /** Whether it is not used yet: `share()` says when. */
  readonly sharesLater?: boolean;
  /** What keys in the shared tier begin with; ends in a colon. */
  keyPrefix(): string;
  /** Whose call is being made, in a form without `:`, where the function isolates tenants. Asked when a call is made, and never later. */
  tenant?(): string | undefined;
}
