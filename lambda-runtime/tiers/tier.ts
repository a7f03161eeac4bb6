import type { Line } from './guard.js';
import { MAX_KEEP_MS } from '../engine/shared.js';

/**
 * Stamps are decimal numbers; a later invalidation has a greater one. Where the tier may lose its invalidation index and begin another,
 * the epoch and a colon come before: stamps of two epochs have no order, and an entry with a stamp of another epoch is invalid.
 */
export type Stamp = string;

const STAMP = /^(?:[\w-]+:)?\d+$/;

export function isStamp(value: unknown): value is Stamp {
  return typeof value === 'string' && STAMP.test(value);
}

/**
 * Tombstones and the marks of tags outlive every entry: a load that was frozen with its environment for days finds its key changed as long
 * as its value could be stored at all.
 */
export const TOMBSTONE_KEEP_MS = MAX_KEEP_MS + 24 * 3_600_000;

/** The bytes under some keys, and what was invalidated when, as they were at about the same time. */
export interface Snapshot {
  /** 'unread' where the server did not look: nothing is known then. */
  readonly values: readonly (Buffer | 'unread' | undefined)[];
  /** The latest invalidation of all. Undefined where the tier has lost, or never had, its index: nothing in it can be trusted then. */
  readonly latest: Stamp | undefined;
  /** Everything older is invalid. */
  readonly floor: Stamp | undefined;
  /** When each of the groups was invalidated, if ever. */
  readonly ofGroups: readonly (Stamp | undefined)[];
}

/** Bytes to be stored, if the key still begins with `expected`. */
export interface Write {
  readonly key: string;
  readonly bytes: Buffer;
  readonly keepMs: number;
  /** Undefined: whatever is there. */
  readonly expected: string | undefined;
}

/**
 * A server that keeps bytes for all environments. The one thing that is written for each kind of server; what the bytes
 * mean, and what happens when it fails, is the business of SharedTier and Guard.
 *
 * Every method rejects if the server does; none has a deadline of its own.
 */
export interface Tier extends Line {
  /** The longest value that it takes; absent: all that the envelope has. */
  readonly maxBytes?: number;
  /**
   * How far this environment's clock is ahead of the server's, where that is known to be too far: the times in entries then mean nothing.
   */
  readonly clockOffsetMs?: number;
  /** Reads some keys, and when some groups of entries were invalidated, in one round trip to each server that has any of it. */
  read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot>;
  /** Stores, in one round trip. */
  write(writes: readonly Write[]): Promise<void>;
  /** Begins the index of invalidations where there is none. */
  begin(): Promise<void>;
  /** Invalidates groups of entries, by the server's own order, and then logs that. */
  invalidate(groups: readonly string[]): Promise<void>;
  /** Logs changes that are already done, by their hashes. */
  log(hashes: readonly string[]): Promise<void>;
}
