#!/bin/sh
# cache-manager 7.2.9 with stores of keyv 6.1.0, the newest of each: `wrap` calls its function every time, although it stores each result.
# cache-manager reads the store with `get(key, { raw: true })`, an option that keyv 6 no longer has. The result has no `value`, which counts as
# a miss. `get` works, `ttl` returns undefined, and there is no warning: cache-manager has its own keyv 5, so npm sees no conflict.
# Expected before the first run: one call of the function, with either store.
# Fails if this has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "wrap", "private": true }' > package.json
npm install --silent --no-audit --no-fund cache-manager@7.2.9 keyv@6.1.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';

async function wrapThreeTimes(options) {
  const cache = createCache({ ttl: 60_000, ...options });
  let calls = 0;
  const load = async () => {
    calls += 1;
    return 'price';
  };
  for (let call = 0; call < 3; call += 1) {
    await cache.wrap('key', load);
  }
  return { calls, get: await cache.get('key'), ttl: typeof await cache.ttl('key') };
}

for (const name of ['cache-manager', 'keyv']) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version);
}
const own = await wrapThreeTimes({});
const newest = await wrapThreeTimes({ stores: [new Keyv()] });
console.log("cache-manager's own store:", own);
console.log('a store of keyv 6:', newest);
assert.deepEqual(own, { calls: 1, get: 'price', ttl: 'number' }, 'cache-manager has changed');
assert.deepEqual(newest, { calls: 3, get: 'price', ttl: 'undefined' }, 'cache-manager has changed');
JAVASCRIPT
node show.mjs
