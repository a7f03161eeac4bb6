#!/bin/sh
# lru-cache 11.5.3: with `ttlAutopurge` and a time to live of 30 days, each entry's timer fires every millisecond, and each time Node.js warns.
# setTimeout takes 2^31 - 1 ms at most, 24.8 days, and treats more as 1 ms. The timer finds that its entry is still valid and starts again, for
# too long again: one entry writes hundreds of warnings a second to the log. expiry-map 2.0.0, p-memoize's example of a cache with expiry,
# deletes the entry after that millisecond instead, so that nothing is cached.
# Expected before the first run: a valid entry and an idle process, with either.
# Fails if this has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "days", "private": true }' > package.json
npm install --silent --no-audit --no-fund lru-cache@11.5.3 expiry-map@2.0.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import ExpiryMap from 'expiry-map';
import { LRUCache } from 'lru-cache';

const DAY = 24 * 3_600_000;
let warnings = 0;
process.on('warning', ({ name }) => {
  warnings += name === 'TimeoutOverflowWarning' ? 1 : 0;
});

async function afterOneSecond(name, days, cache) {
  warnings = 0;
  cache.set('key', 'value');
  await delay(1_000);
  const result = { value: cache.get('key'), warnings };
  cache.delete('key');
  console.log(`${name}, ${days} days, after a second:`, result);
  return result;
}

for (const name of ['lru-cache', 'expiry-map']) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version);
}
const [short, long] = [24, 30];
const lruShort = await afterOneSecond('lru-cache', short, new LRUCache({ max: 10, ttl: short * DAY, ttlAutopurge: true }));
const lruLong = await afterOneSecond('lru-cache', long, new LRUCache({ max: 10, ttl: long * DAY, ttlAutopurge: true }));
const mapShort = await afterOneSecond('expiry-map', short, new ExpiryMap(short * DAY));
const mapLong = await afterOneSecond('expiry-map', long, new ExpiryMap(long * DAY));
assert.deepEqual([lruShort, mapShort], [{ value: 'value', warnings: 0 }, { value: 'value', warnings: 0 }], 'it has changed');
assert.equal(lruLong.value, 'value', 'lru-cache has changed');
assert.ok(lruLong.warnings > 50, 'lru-cache has changed');
assert.equal(mapLong.value, undefined, 'expiry-map has changed');
process.exit();
JAVASCRIPT
node --no-warnings show.mjs
