#!/bin/sh
# bentocache 1.6.1: `hardTimeout` has no effect after a soft timeout has answered: the key is locked until its slow factory returns.
# Without a stale value, a factory slower than `hardTimeout` rejects its call and the next call runs its own. With one, `timeout` returns the
# stale value, and the slow factory continues in the background and keeps the lock. Calls long after `hardTimeout` wait for `timeout`, get the
# stale value and never run their factory.
# Expected before the first run: the lock is free after `hardTimeout`, so that the next call loads a new value.
# Fails if bentocache's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "hard-timeout", "private": true }' > package.json
npm install --silent --no-audit --no-fund bentocache@1.6.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';

const SLOW_MS = 1_500;

async function callDuringSlowFactory({ stale }) {
  const store = bentostore({ ttl: 10, grace: '1h', timeout: 50, hardTimeout: 200 }).useL1Layer(memoryDriver());
  const cache = new BentoCache({ default: 'memory', stores: { memory: store } });
  if (stale) {
    await cache.set({ key: 'key', value: 'stale' });
    await delay(30);
  }
  const get = (factory) => cache.getOrSet({ key: 'key', factory }).catch((error) => error.message);
  const slow = delay(SLOW_MS);
  const first = await get(() => slow.then(() => 'slow'));
  await delay(600);
  const second = await get(() => 'new');
  await slow;
  return { first, second };
}

console.log('bentocache', JSON.parse(readFileSync('node_modules/bentocache/package.json', 'utf8')).version);
const without = await callDuringSlowFactory({ stale: false });
const withStale = await callDuringSlowFactory({ stale: true });
console.log('without a stale value:', without);
console.log('with a stale value:   ', withStale);
assert.match(without.first, /hard timeout/);
assert.deepEqual([without.second, withStale.first, withStale.second], ['new', 'stale', 'stale'], 'bentocache has changed');
JAVASCRIPT
node show.mjs
