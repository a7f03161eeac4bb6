/** The keys that Memcached accepts: at most 250 bytes, without spaces and control characters. */
const SAFE = /^[\x21-\x7e]{1,250}$/;

/** A key that Memcached accepts. Entries' keys contain a colon, hashes do not. */
export function safeKey(key: string): string {
  return SAFE.test(key) ? key : process.getBuiltinModule('node:crypto').createHash('sha256').update(key).digest('base64url');
}
