import type { Line } from './guard.js';

/**
 * Stamps are decimal numbers; a later invalidation has a greater one. Where the tier may lose its account of them and begin another,
 * the account's name and a colon come before: stamps of two accounts have no order, and what bears one of another is invalid.
 */
export type Stamp = string;

/** The bytes under some keys, and what was invalidated when, as they were at about the same time. */
export interface Snapshot {
  /** 'unread' where the server did not look: nothing is known then. */
  readonly values: readonly (Buffer | 'unread' | undefined)[];
  /** The latest invalidation of all. Undefined where the tier has lost, or never had, its account of them: nothing in it can be trusted then. */
  readonly latest: Stamp | undefined;
  /** Whatever is older is invalid. */
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
  /** It may forget any value at any time, the marks of what was invalidated too: what it does not have may have been invalidated. */
  readonly mayForget?: boolean;
  /** Reads some keys, and when some groups of entries were invalidated, in one round trip to each server that has any of it. */
  read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot>;
  /** Stores, in one round trip. */
  write(writes: readonly Write[]): Promise<void>;
  /** Begins the account of invalidations where there is none. */
  begin(): Promise<void>;
  /** Invalidates groups of entries, by the server's own clock. */
  invalidate(groups: readonly string[]): Promise<void>;
}
