/** How far an operation reached: this environment's memory, or the shared tier and so all environments. */
export type Scope = 'environment' | 'fleet';

/**
 * The format of everything that environments share (docs/wire-format.md). It is part of every key, so code with one format never reads
 * data in another.
 */
export const WIRE_FORMAT = 2;

/** The longest that a tier keeps an entry. */
export const MAX_RETENTION_MS = 30 * 24 * 3_600_000;

/** An entry as it is passed between environments. */
export interface SharedEntry {
  readonly value: unknown;
  /** Whether JSON.parse has created the value: then it is a tree of plain objects and arrays that no other code has. */
  readonly isJson?: boolean;
  readonly validator: unknown;
  readonly storedAt: number;
  readonly freshUntil: number;
  /** How long after `freshUntil` it may be returned, to hide a load's duration or its failure. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly tags: readonly string[];
}

/**
 * Identifies the content of a key that a reader has seen, like an HTTP client's ETag: the id of the stored bytes ('' if there were none), and
 * the version of the latest invalidation at the time.
 *
 * Plain data: the runtime and the tier's client are separate bundles, and share no object that could be compared by identity.
 */
export interface VersionToken {
  readonly id: string;
  readonly indexVersion: string;
}

/** Instead of a version token: store unconditionally. */
export const UNCONDITIONAL = 'unconditional';

/** An entry in this environment's memory. */
export interface LocalCopy {
  /** The version token with which it was loaded, stored or found in the shared tier; absent if unknown. */
  readonly version?: VersionToken;
  readonly tags: readonly string[];
}

/** A shared tier's answer about a key. */
export interface SharedLookup {
  /** The valid entry in the tier, of any age, unless it is the local copy. */
  readonly entry?: SharedEntry & { readonly version: VersionToken };
  /** Whether the tier still has the entry that the local copy was made from, and it was not invalidated. */
  readonly isLocalCopyValid: boolean;
  /**
   * The version token for storing a value that is loaded from now on: the store fails if the key has been stored or invalidated since.
   * Absent if the tier did not answer.
   */
  readonly version?: VersionToken;
}
