#!/bin/sh
# keyv 6.1.0: `set` with a negative time to live keeps the value forever, and ignores the default time to live too.
# So a token stored with `expiresAt - Date.now()` a moment after it has expired never leaves the cache; one that was stored a moment before
# does. With keyv 5.6.0 the value is gone at once. cacheable 2.5.0 keeps it as keyv 6 does. Neither README says so.
# Expected before the first run: the value is gone at once.
# Fails if this has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "negative", "private": true }' > package.json
npm install --silent --no-audit --no-fund keyv@6.1.0 keyv-5@npm:keyv@5.6.0 cacheable@2.5.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import { Keyv as Keyv5 } from 'keyv-5';

const DEFAULT_TTL_MS = 20;

async function stored(name, cache) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  const expiresAt = Date.now() - 1_000;
  await cache.set('expired', 'value', expiresAt - Date.now());
  await cache.set('valid', 'value', 1);
  await cache.set('of default', 'value');
  await delay(2 * DEFAULT_TTL_MS);
  const found = [];
  for (const key of ['expired', 'valid', 'of default']) {
    if (await cache.get(key) !== undefined) {
      found.push(key);
    }
  }
  console.log(name, version, 'still has', found);
  return found;
}

const seen = [
  await stored('keyv', new Keyv({ ttl: DEFAULT_TTL_MS })),
  await stored('keyv-5', new Keyv5({ ttl: DEFAULT_TTL_MS })),
  await stored('cacheable', new Cacheable({ ttl: DEFAULT_TTL_MS })),
];
assert.deepEqual(seen, [['expired'], [], ['expired']], 'it has changed');
JAVASCRIPT
node show.mjs
