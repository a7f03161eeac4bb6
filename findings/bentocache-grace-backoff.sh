#!/bin/sh
# bentocache 1.6.1: `graceBackoff` has no effect if a call was answered before its factory failed, which is the default.
# It should protect a failing origin: a stale value counts as fresh for that long. With `timeout: 0`, the default, the stale value is returned
# at once and the factory fails in the background; then every call runs it again. A soft timeout shorter than the failure has the same effect.
# `graceBackoff` works only if the factory fails within the timeout.
# Expected before the first run: one call of the factory for all ten calls, in each case.
# Fails if bentocache's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "backoff", "private": true }' > package.json
npm install --silent --no-audit --no-fund bentocache@1.6.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';

async function factoryCalls(options, failsAfterMs) {
  const store = bentostore({ ttl: 10, grace: '1h', graceBackoff: '1m', ...options }).useL1Layer(memoryDriver());
  const cache = new BentoCache({ default: 'memory', stores: { memory: store } });
  await cache.set({ key: 'key', value: 'stale' });
  await delay(30);
  let calls = 0;
  let running = Promise.resolve();
  const factory = () => {
    calls += 1;
    running = delay(failsAfterMs);
    return running.then(() => Promise.reject(new Error('The origin is down.')));
  };
  for (let call = 0; call < 10; call += 1) {
    assert.equal(await cache.getOrSet({ key: 'key', factory }), 'stale');
    await running;
    await delay(5);
  }
  return calls;
}

console.log('bentocache', JSON.parse(readFileSync('node_modules/bentocache/package.json', 'utf8')).version);
const seen = {
  'default timeout': await factoryCalls({}, 1),
  'timeout 20 ms, fails after 60 ms': await factoryCalls({ timeout: 20 }, 60),
  'timeout 1 s, fails after 1 ms': await factoryCalls({ timeout: '1s' }, 1),
};
console.log('calls of the factory in ten calls of getOrSet within a backoff of a minute:', seen);
assert.deepEqual(Object.values(seen), [10, 10, 1], 'bentocache has changed');
JAVASCRIPT
node show.mjs
