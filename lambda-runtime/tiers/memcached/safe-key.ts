const { createHash } = process.getBuiltinModule('node:crypto');

/** What Memcached takes for a key as it is: at most 250 bytes, none of which is a space or a control character. */
const SAFE = /^[\x21-\x7e]{1,250}$/;

/** A key that Memcached takes. Keys of entries have a colon, and no hash has. */
export function safeKey(key: string): string {
  return SAFE.test(key) ? key : createHash('sha256').update(key).digest('base64url');
}
