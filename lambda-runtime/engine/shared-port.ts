import type { BackgroundWork } from './background-work.js';
import type { FenceDeps, MemoryFence } from './coherence.js';
import type { CurrentCounters } from './counters.js';
import type { Entry } from './entry.js';
import type { Invalidations } from './invalidations.js';
import type { SharedLookup, UNCONDITIONAL, VersionToken } from './shared.js';
import type { Key } from '../values/key.js';

/** The moment of a shared lookup. */
export interface LookupMoment {
  readonly at: number;
  /** How many invocations had begun. */
  readonly arrivals: number;
  /** The number of invalidations so far. */
  readonly sequence: number;
}

/** The result of a shared lookup. An entry that it found is in memory by then, if there is room for it. */
export interface LookupResult {
  /** A valid entry, of any age, or the local copy, confirmed. */
  readonly found?: Entry;
  /** The version token for storing a value that is loaded from now on. */
  readonly version?: VersionToken;
}

/** A lookup that has not been answered yet. */
export interface PendingLookup {
  readonly answer: Promise<LookupResult>;
  /** How many invocations had begun when the tier was called. */
  readonly arrivals: number;
}

/** One cache's operations on the shared tier. */
export interface SharedAccess {
  /** The lookup of a key that is under way. */
  current(key: Key): PendingLookup | undefined;
  /** Copies the tier's entry into memory, or removes a local copy that the tier does not confirm. One lookup per key at a time. */
  readShared(key: Key, now: number): Promise<LookupResult>;
  /** The same for many keys, without a lookup under way: the results, in their order. */
  readMany(keys: readonly Key[], now: number): Promise<readonly LookupResult[]>;
  /** Stores an entry; the environment stays awake for it. False if it failed, or the entry is too old to be used. */
  put(entry: Entry, condition: VersionToken | typeof UNCONDITIONAL, now: number): Promise<boolean>;
  /** Marks the lookup of the key that is under way as possibly out of date. */
  forget(key: Key): void;
  /** False if it could not be done. */
  invalidate(key: Key): Promise<boolean>;
  /** False if it could not be done. */
  invalidateAll(): Promise<boolean>;
}

/**
 * The cache and invocation of a lookup. Lookups of the same scope in the same tick are sent together, and counted together.
 */
export interface LookupScope {
  readonly cacheName: string;
  readonly invocation: object;
  readonly counters: CurrentCounters;
}

/** The cache that a SharedAccess serves. */
export interface SharedEntriesDeps {
  readonly cacheName: string;
  readonly counters: CurrentCounters;
  /** See `LookupScope`. */
  invocation(): object;
  readonly invalidations: Invalidations;
  /** Does work after the response; false if there is too much already. */
  runAfterResponse(work: BackgroundWork): boolean;
  /** Its entries in memory. */
  readonly entries: LocalEntries;
  readonly keys: { toSharedKey(key: Key): string };
}

/** The operations with which the shared tier changes a cache's entries in memory. */
export interface LocalEntries {
  get(key: Key): Entry | undefined;
  find(key: Key, now: number): Entry | undefined;
  /** How many invocations have begun so far. */
  readonly arrivals: number;
  markValidated(entry: Entry, at: number, requestedIn: number): void;
  drop(key: Key): void;
  addShared(key: Key, found: NonNullable<SharedLookup['entry']>, moment: LookupMoment): Entry | undefined;
}

/** The shared tier, as the engine sees it. */
export interface SharedPort {
  /** Creates one cache's access to the tier. */
  entriesOf(deps: SharedEntriesDeps): SharedAccess;
  /** Keeps memory coherent with other environments. The tier creates it, since only functions with a shared tier need that code. */
  fenceOf(deps: FenceDeps): MemoryFence;
}

/** One cache's access to the shared tier, for invalidations only or for everything. */
export interface TierUse {
  /** For invalidations; undefined if there is no shared tier. */
  readonly forInvalidations?: SharedAccess;
  /** For everything; also undefined as long as the cache may belong to one event. */
  forAll?: SharedAccess;
}
