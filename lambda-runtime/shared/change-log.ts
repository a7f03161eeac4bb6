import { changeHash, HASH_LENGTH } from '../engine/change-hash.js';

export { changeHash, HASH_LENGTH };

/**
 * Versions are decimal numbers; a later invalidation has a greater one. If the tier may lose its invalidation index and create a new one,
 * versions begin with the index's epoch and a colon: versions of two epochs have no order, and an entry with another epoch is invalid.
 */
export type IndexVersion = string;

/** The fewest changes that a log keeps. A reader that has missed more must drop everything. */
export const LOGGED_CHANGES = 64;

/** The changes of a namespace that its tier has recorded, oldest first. */
export interface ChangeLog {
  /** `versions[0]` is the version before the list; after the change `hashes[i - 1]` it was `versions[i]`. */
  readonly versions: readonly IndexVersion[];
  readonly hashes: readonly string[];
}

/**
 * The hashes of the changes after a version; undefined if they are unknown: the log was trimmed or lost since, or this is another server,
 * which never had that version.
 */
export function changesSince({ versions, hashes }: ChangeLog, known: IndexVersion): readonly string[] | undefined {
  const index = versions.lastIndexOf(known);
  return index === -1 ? undefined : hashes.slice(index);
}

/** A log whose versions are an epoch and a counter, from its text of concatenated hashes. */
export function countedLog(epoch: string, latest: number, hashes: readonly string[]): ChangeLog {
  return { hashes, versions: Array.from({ length: hashes.length + 1 }, (_, index) => `${epoch}:${latest - hashes.length + index}`) };
}

/** Splits concatenated hashes. */
export function splitHashes(text: string): string[] {
  return text.match(new RegExp(`.{${HASH_LENGTH}}`, 'g')) ?? [];
}
