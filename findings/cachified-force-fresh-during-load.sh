#!/bin/sh
# @epic-web/cachified 5.6.3: `forceFresh: true` does not load if a load of that key is running already; it returns that one's value.
# A load that began before a write thus answers the call that comes after the write, which was to see it, and its old value is stored for the
# whole time to live. Without a load at that moment, `forceFresh` works, so the mistake depends on the traffic.
# Expected before the first run: `forceFresh` runs its own load.
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "fresh", "private": true }' > package.json
npm install --silent --no-audit --no-fund @epic-web/cachified@5.6.3
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { cachified } from '@epic-web/cachified';

async function afterWrite({ loadRuns }) {
  const cache = new Map();
  const { promise: started, resolve: start } = Promise.withResolvers();
  let row = 'old';
  const get = (options) => cachified({
    key: 'row',
    cache,
    ttl: 60_000,
    async getFreshValue() {
      const read = row;
      start();
      await delay(50);
      return read;
    },
    ...options,
  });
  const earlier = get();
  await (loadRuns ? started : earlier);
  row = 'new';
  const forced = await get({ forceFresh: true });
  await earlier;
  return { forced, later: await get() };
}

console.log('@epic-web/cachified', JSON.parse(readFileSync('node_modules/@epic-web/cachified/package.json', 'utf8')).version);
const alone = await afterWrite({ loadRuns: false });
const during = await afterWrite({ loadRuns: true });
console.log('forceFresh after a write, no load running:       ', alone);
console.log('forceFresh after a write, an earlier load running:', during);
assert.deepEqual([alone, during], [{ forced: 'new', later: 'new' }, { forced: 'old', later: 'old' }], 'the library has changed');
JAVASCRIPT
node show.mjs
