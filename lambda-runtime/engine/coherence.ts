import type { Invalidatable, Invalidations } from './invalidations.js';

/** The position up to which a reader has seen changes: a version for each of the tier's logs. Opaque to all but the tier that returned it. */
export type LogPosition = readonly string[];

/** The changes after a position in the tier's change log. */
export interface Changes {
  /** The log's current end. */
  readonly position: LogPosition;
  /** Hashes of the changes (`changeHash`); undefined if they are no longer known. */
  readonly hashes: readonly string[] | undefined;
}

/** The entries or loads that a change may affect. */
export interface Changeable extends Invalidatable {
  readonly wholeKey: () => string;
  readonly cacheName: string;
}

/** An invocation, with its place in the order in which this environment's invocations arrived. */
export interface Arrival {
  readonly number: number;
  /** Whether memory reflects every change that was acknowledged before the invocation began (less the bound). */
  readonly isFenced: boolean;
  /** Whether this is not known yet, and waiting for the answer is allowed. */
  readonly isPending: boolean;
  /** Waits for the answer, within the invocation's budget. Afterwards nothing is pending. */
  wait(): Promise<void>;
}

/** Keeps this environment's memory coherent with the others'. */
export interface MemoryCoherence {
  /** Whether every invocation so far is fenced, so that a hit needs no further check. */
  readonly isCurrent: boolean;
  /** How many invocations have begun. */
  readonly arrivals: number;
  /** The current invocation; outside one, the latest. */
  arrival(): Arrival;
  /** Whether a change in another environment, which this one learned of after `sequence`, affects this entry or load. */
  hasChanged(what: Changeable): boolean;
  /** Whether an entry or load from this sequence may have missed a change elsewhere that is no longer in the log. */
  isUncertain(sequence: number): boolean;
}

/** The same, as the environment's life cycle sees it. */
export interface MemoryFence extends MemoryCoherence {
  /** Sets a cache's bound, in milliseconds; 0: each invocation has its own fence. The smallest applies to all caches. */
  require(boundMs: number): void;
  /** Called when an invocation begins. */
  arrive(event: object): Arrival;
}

/** The dependencies of a fence. */
export interface FenceDeps {
  /** Wall-clock milliseconds since the epoch. */
  now(): number;
  /** How often the environment may have been frozen so far; absent where nothing freezes. */
  freezes?(): number;
  readonly invalidations: Invalidations;
  /** The event that is currently handled, if any. */
  event(): object | undefined;
}
