import type { CurrentCounters } from './counters.js';
import type { SharedEntries, SharedEntriesParts } from './shared-entries.js';

/** Whom an operation reached: this environment's memory, or the shared tier and so all environments. */
export type Scope = 'environment' | 'fleet';

/**
 * The format of everything that environments share (docs/wire-format.md). It is part of every key, so code of one format never reads
 * what code of another has written.
 */
export const WIRE_FORMAT = 2;

/** No tier keeps an entry for longer. */
export const MAX_KEEP_MS = 30 * 24 * 3_600_000;

/** An entry as it travels between environments. */
export interface SharedEntry {
  readonly value: unknown;
  readonly validator: unknown;
  readonly storedAt: number;
  readonly freshUntil: number;
  /** How long after `freshUntil` it may be returned, to hide how long a load takes, or that one failed. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly tags: readonly string[];
}

/**
 * Which content of a key somebody has seen, as an HTTP client has an ETag: the id of the stored bytes ('' where there were none), and the
 * stamp of the latest invalidation at the time.
 *
 * Plain data: the runtime and the tier's client are bundled apart, and share no object that could be compared by identity.
 */
export interface VersionToken {
  readonly id: string;
  readonly stamp: string;
}

/** In the place of a version token: store, whatever is there. */
export const UNCONDITIONAL = 'unconditional';

/** An entry in this environment's memory. */
export interface LocalCopy {
  /** Under what it was loaded, stored or found in the shared tier; absent if that is not known. */
  readonly version?: VersionToken;
  readonly tags: readonly string[];
}

/** What a shared tier answers about a key. */
export interface SharedLookup {
  /** The valid entry in the tier, of any age, unless it is the local copy. */
  readonly entry?: SharedEntry & { readonly version: VersionToken };
  /** Whether the tier still holds the very entry that the local copy is, and it was not invalidated. */
  readonly isLocalCopyValid: boolean;
  /**
   * The condition for storing what is loaded from now on: it fails when somebody else has stored or invalidated the key. Absent where
   * the tier did not answer.
   */
  readonly version?: VersionToken;
}

/**
 * A tier that all environments share. It may fail, and never rejects: a look-up then finds nothing, and a change returns that it was not
 * made.
 */
export interface SharedStore {
  /** The entries of one cache. Made here, since only functions with a shared tier need that code. */
  entriesOf(parts: SharedEntriesParts): SharedEntries;
  read(key: string, cacheName: string, counters: CurrentCounters, localCopy?: LocalCopy): Promise<SharedLookup>;
  /** Stores an entry for some time; returns its version, or undefined if it could not be stored. */
  store(
    key: string, cacheName: string, entry: SharedEntry, keepMs: number, condition: VersionToken | typeof UNCONDITIONAL, counters: CurrentCounters,
  ): Promise<VersionToken | undefined>;
  /** Replaces the entry by a tombstone, so that loads that have begun do not store; false if it could not be done. */
  invalidate(key: string): Promise<boolean>;
  /** Invalidates all entries of a cache; false if it could not be done. */
  invalidateCache(cacheName: string): Promise<boolean>;
  /** Invalidates all entries that have one of the tags; false if it could not be done. */
  invalidateTags(tags: readonly string[]): Promise<boolean>;
}
