#!/bin/sh
# bentocache 1.6.1, cacheable 2.5.0 and async-cache-dedupe 3.4.0: deleting a key while it is being loaded has no effect.
# The load, which read its origin before the write, stores the old value after the deletion, for the whole time to live; a call that comes
# after the deletion also gets it. That is so with bentocache's `delete`, `deleteByTag` and `clear`, cacheable's `delete`, and
# async-cache-dedupe's `invalidateAll`, which deletes by reference. async-cache-dedupe's `clear` and layered-loader 16.1.0 load again.
# Expected before the first run: that a load's value is not stored if its key has been deleted meanwhile.
# Fails if one library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "deleted", "private": true }' > package.json
npm install --silent --no-audit --no-fund bentocache@1.6.1 cacheable@2.5.0 async-cache-dedupe@3.4.0 layered-loader@16.1.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createCache } from 'async-cache-dedupe';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable } from 'cacheable';
import { Loader } from 'layered-loader';

/** What a call gets right after a write and a deletion during a load, and what one gets when all loads have ended. */
async function afterDeletion(name, create) {
  const { promise: started, resolve: start } = Promise.withResolvers();
  let row = 'old';
  const { get, remove } = create(async () => {
    const read = row;
    start();
    await delay(50);
    return read;
  });
  const earlier = get();
  await started;
  row = 'new';
  await remove();
  const next = await get();
  await earlier;
  const seen = `${next}, ${await get()}`;
  console.log(`${name}:`.padEnd(34), seen);
  return seen;
}

const bentocache = (remove) => (load) => {
  const store = bentostore({ ttl: '1h' }).useL1Layer(memoryDriver());
  const cache = new BentoCache({ default: 'memory', stores: { memory: store } });
  return { get: () => cache.getOrSet({ key: 'row', tags: ['table'], factory: load }), remove: () => remove(cache) };
};
const dedupe = (remove) => (load) => {
  const cache = createCache({ ttl: 3_600, storage: { type: 'memory', options: { invalidation: true } } });
  cache.define('load', { references: () => ['table'] }, load);
  return { get: () => cache.load('row'), remove: () => remove(cache) };
};

for (const name of ['bentocache', 'cacheable', 'async-cache-dedupe', 'layered-loader']) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version);
}
const old = [
  await afterDeletion('bentocache, delete', bentocache((cache) => cache.delete({ key: 'row' }))),
  await afterDeletion('bentocache, deleteByTag', bentocache((cache) => cache.deleteByTag({ tags: ['table'] }))),
  await afterDeletion('bentocache, clear', bentocache((cache) => cache.clear())),
  await afterDeletion('cacheable, delete', (load) => {
    const cache = new Cacheable({ ttl: '1h' });
    return { get: () => cache.getOrSet('row', load), remove: () => cache.delete('row') };
  }),
  await afterDeletion('async-cache-dedupe, invalidateAll', dedupe((cache) => cache.invalidateAll('table'))),
];
const renewed = [
  await afterDeletion('async-cache-dedupe, clear', dedupe((cache) => cache.clear('load', 'row'))),
  await afterDeletion('layered-loader, invalidateCacheFor', (load) => {
    const loader = new Loader({
      inMemoryCache: { cacheType: 'lru-object', ttlInMsecs: 3_600_000, maxItems: 10 },
      dataSources: [{ name: 'rows', get: load, getMany: async (keys) => Promise.all(keys.map(load)) }],
    });
    return { get: () => loader.get('row'), remove: () => loader.invalidateCacheFor('row') };
  }),
];
assert.deepEqual(old, Array(5).fill('old, old'), 'a library has changed');
assert.deepEqual(renewed, Array(2).fill('new, new'), 'a library has changed');
process.exit();
JAVASCRIPT
node show.mjs
