import type { ChangeLog, IndexVersion } from './change-log.js';
import type { GuardedConnection } from './guard.js';
import { MAX_RETENTION_MS } from '../engine/shared.js';

const INDEX_VERSION = /^(?:[\w-]+:)?\d+$/;

export function isIndexVersion(value: unknown): value is IndexVersion {
  return typeof value === 'string' && INDEX_VERSION.test(value);
}

/**
 * Tombstones and tag marks outlive every entry: even a load that was frozen with its environment for days finds its key changed, for as
 * long as its value could be stored at all.
 */
export const TOMBSTONE_RETENTION_MS = MAX_RETENTION_MS + 24 * 3_600_000;

/** The bytes under some keys, and the versions of invalidations, from about the same time. */
export interface Snapshot {
  /** 'unread' if the server did not read the key: then nothing is known about it. */
  readonly values: readonly (Buffer | 'unread' | undefined)[];
  /** The latest invalidation of all. Undefined if the tier has lost its index or never had one: then nothing in it can be trusted. */
  readonly latest: IndexVersion | undefined;
  /** Everything older is invalid. */
  readonly lowWaterMark: IndexVersion | undefined;
  /** The latest invalidation of each index tag, if any. */
  readonly ofIndexTags: readonly (IndexVersion | undefined)[];
}

/** Bytes to be stored, if the key still begins with `expected`. */
export interface Write {
  readonly key: string;
  readonly bytes: Buffer;
  readonly retentionMs: number;
  /** Undefined: store unconditionally. */
  readonly expected: string | undefined;
  /** Must not be sent again while the first attempt may still arrive: the second might overwrite later writes. */
  readonly isOnce?: boolean;
}

/** Whether any of these must not be sent again. */
export function areOnce(writes: readonly Write[]): boolean {
  return writes.some(({ isOnce }) => isOnce);
}

/**
 * A server that keeps bytes for all environments: the only interface that each kind of server implements. SharedTier interprets the
 * bytes, and Guard handles failures.
 *
 * Every method rejects if the server does; none has a deadline of its own.
 */
export interface Tier extends GuardedConnection {
  /** The longest value that it accepts; absent: the envelope's limit. */
  readonly maxBytes?: number;
  /**
   * How far this environment's clock is ahead of the server's, if that is known to be too far: then entries' times are meaningless.
   */
  readonly clockOffsetMs?: number;
  /** Reads some keys and the invalidations of some index tags, in one round trip to each server involved. */
  read(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot>;
  /** Stores, in one round trip. */
  write(writes: readonly Write[]): Promise<void>;
  /** Creates the invalidation index if there is none. */
  ensureIndex(): Promise<void>;
  /** Invalidates index tags, in the server's own order, and then logs the changes. */
  invalidate(indexTags: readonly string[]): Promise<void>;
  /**
   * Reads the change log; creates one if there is none.
   *
   * @param known the version that the reader has: if there are no later changes, the result may contain only that
   */
  readLog(known: IndexVersion | undefined): Promise<ChangeLog>;
  /** Logs changes that are already made, by their hashes. */
  log(hashes: readonly string[]): Promise<void>;
}
