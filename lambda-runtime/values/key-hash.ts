/* eslint-disable no-bitwise -- that is what a hash is made of */
import type { Key } from './key.js';

/**
 * A 32-bit hash of a key, never 0.
 *
 * Only for uses that tolerate collisions: two keys can have the same hash.
 *
 * @param salt separates caches that have the same keys
 */
export function hashOf(key: Key, salt: number): number {
  const text = `${key}`;
  // FNV-1a, then the finalizer of MurmurHash3: FNV alone hardly changes the upper bits of short keys.
  let hash = salt ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) || 1;
}
