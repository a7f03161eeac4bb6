/** 48 bits as base64url. */
export const HASH_LENGTH = 8;

/**
 * Hashes a changed subject: `k:` and a whole key, `t:` and a tag, or `c:` and a cache's name. If two subjects share a hash, both count as
 * changed: more is dropped than was changed, never less.
 */
export function changeHash(changed: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(changed).digest('base64url').slice(0, HASH_LENGTH);
}
