import type { Stamp } from './tier.js';

/** So many changes are remembered at least. A reader that has missed more must drop everything. */
export const LOGGED_CHANGES = 64;

/** 48 bits as base64url. */
export const HASH_LENGTH = 8;

/** The changes of a namespace that its tier remembers, oldest first. */
export interface ChangeLog {
  /** `stamps[0]` is where the list begins; after the change `hashes[i - 1]` it had the stamp `stamps[i]`. */
  readonly stamps: readonly Stamp[];
  readonly hashes: readonly string[];
}

/**
 * Stands for what was changed: `k:` and a whole key, `t:` and a tag, `c:` and the name of a cache. Two that share a hash are both taken for
 * changed: more is dropped than was changed, never less.
 */
export function changeHash(changed: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(changed).digest('base64url').slice(0, HASH_LENGTH);
}

/**
 * The hashes of what was changed after a stamp; undefined if that cannot be known: the log was trimmed or lost since, or the server is
 * another one, which never had that stamp.
 */
export function changesSince({ stamps, hashes }: ChangeLog, known: Stamp): readonly string[] | undefined {
  const index = stamps.lastIndexOf(known);
  return index === -1 ? undefined : hashes.slice(index);
}

/** A log whose changes are counted by 1 under the name of an epoch, from its text: `hashes` one after the other. */
export function countedLog(epoch: string, latest: number, hashes: readonly string[]): ChangeLog {
  return { hashes, stamps: Array.from({ length: hashes.length + 1 }, (_, index) => `${epoch}:${latest - hashes.length + index}`) };
}

/** Hashes that were written one after the other. */
export function splitHashes(text: string): string[] {
  return text.match(new RegExp(`.{${HASH_LENGTH}}`, 'g')) ?? [];
}
