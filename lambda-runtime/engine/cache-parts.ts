import type { BackgroundWork } from './background-work.js';
import type { Counters } from './counters.js';
import type { EntryStore } from './entry.js';
import type { Invalidations } from './invalidations.js';
import type { SharedStore } from './shared.js';

/** The function that reads the origin. */
export type Loader = (...args: never[]) => unknown;

/** What a cache needs of its surroundings. */
export interface CacheParts {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** The counters of this cache in the invocation under way. */
  counters(): Counters;
  /** Says something once, however often it happens. */
  warnOnce(message: string): void;
  /** Does work when the response is out, and keeps the environment awake for it; false if there is too much already. */
  later(work: BackgroundWork): boolean;
  readonly memory: EntryStore;
  readonly invalidations: Invalidations;
  /** The tier that all environments share, if there is one. */
  readonly shared?: SharedStore;
  /** What whole keys begin with: it depends on whose invocation this is. */
  keyPrefix(): string;
}
