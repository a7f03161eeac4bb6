import type { Invalidatable } from './invalidations.js';
import type { VersionToken } from './shared.js';
import type { Key } from '../values/key.js';
import type { StoredValue } from '../values/snapshot.js';
import type { StoredError } from '../values/stored-error.js';

/** An entry's content: a value, or an error that is cached on request. A thrown value that is not an error is an ordinary value. */
export type Content = { readonly stored: StoredValue } | { readonly error: StoredError | StoredValue };

/**
 * A cached value with its times.
 *
 * The times are absolute wall-clock times: monotonic clocks may stand still while the environment is frozen.
 */
export interface Entry extends Invalidatable {
  readonly key: Key;
  readonly owner: EntryOwner;
  readonly content: Content;
  /** When the load of the value began: the value may be as old as that (RFC 9111, section 4.2.3 counts age likewise). */
  readonly storedAt: number;
  readonly freshUntil: number;
  /** How long after `freshUntil` it may be returned, to hide a load's duration or its failure. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** From then on a hit also refreshes the entry. Not after `freshUntil`. */
  readonly refreshAt: number;
  /** From then on the shared tier must confirm that the entry is still current. */
  revalidateAt: number;
  /** Its version in the shared tier, if that is known. */
  version: VersionToken | undefined;
  /** The value's version from the loader (an ETag, for example), for a conditional refresh. */
  readonly validator: unknown;
  /** Estimated bytes of value, key and bookkeeping. */
  readonly bytes: number;
  /** After a failed load, the loader is not called again before this time. */
  retryAt: number;
  /** A hash of key and cache; see hashOf. */
  readonly hash: number;
  /** How often it was used recently, as the memory tier counts it. */
  uses: number;
  /** The memory tier's generation when the entry was last used. */
  recencyEpoch: number;
  /** The latest invalidation that is known not to affect this entry. */
  validatedAtEpoch: number;
  /** The promise that all hits return if the value is frozen, created by the first: they share the value anyway. */
  answer: Promise<unknown> | undefined;
  /** How many invocations had begun when the tier or the origin last answered about it; 0 if memory is not coherent. */
  requestedIn: number;
}

/** An entry that holds a value. */
export type StoredEntry = Entry & { readonly content: { readonly stored: StoredValue } };

/** The index of entries by key; the memory tier notifies it when it drops one. */
export interface EntryOwner {
  evicted(entry: Entry): void;
}

/** The store of all entries; keeps their total size within bounds. */
export interface EntryStore {
  /** Counts additions. An entry used in the current generation need not be touched again: nothing has been added since. */
  readonly recencyEpoch: number;
  /** Adds the entry, evicting others to make room; false if it is larger than the whole store. */
  add(entry: Entry): boolean;
  /** Marks the entry as just used. */
  touch(entry: Entry): void;
  /** Removes the entry if it is there. */
  remove(entry: Entry): void;
}
