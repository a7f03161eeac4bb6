import type { LookupScope, SharedPort } from '../engine/shared-port.js';
import type { LocalCopy, SharedEntry, SharedLookup, UNCONDITIONAL, VersionToken } from '../engine/shared.js';

/** A key that is looked up, as the tier has it, and what is in memory under it. */
export interface WantedEntry {
  readonly key: string;
  readonly localCopy: LocalCopy | undefined;
}

/**
 * The shared tier. If it fails, it does not reject: a lookup finds nothing, and a change returns false.
 */
export interface SharedStore extends SharedPort {
  read(key: string, scope: LookupScope, localCopy?: LocalCopy): Promise<SharedLookup>;
  /** The same for several keys: what it finds, in their order. */
  readMany(wanted: readonly WantedEntry[], scope: LookupScope): Promise<readonly SharedLookup[]>;
  /** Stores an entry for some time; returns its version, or undefined if it could not be stored. */
  store(
    key: string, scope: LookupScope, entry: SharedEntry, retentionMs: number, condition: VersionToken | typeof UNCONDITIONAL,
  ): Promise<VersionToken | undefined>;
  /** Replaces the entry by a tombstone, so that loads under way do not store; false if that failed. */
  invalidate(key: string): Promise<boolean>;
  /** Invalidates all entries of a cache; false if that failed. */
  invalidateCache(cacheName: string): Promise<boolean>;
  /** Invalidates all entries that have one of the tags; false if that failed. */
  invalidateTags(tags: readonly string[]): Promise<boolean>;
}
