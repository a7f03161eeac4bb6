#!/bin/sh
# axios-cache-interceptor 1.12.3: `staleIfError` has no effect on responses without an ETag or Last-Modified.
# It should return the expired response if the origin fails, and `true` is the default. But an expired response that cannot be validated is
# deleted before the request, so the error reaches the caller, also if `staleIfError` is an hour, or the response's Cache-Control has
# `stale-if-error=3600`. Many APIs that compute their answers send no validator.
# Expected before the first run: the stale response in each case.
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "stale", "private": true }' > package.json
npm install --silent --no-audit --no-fund axios-cache-interceptor@1.12.3 axios@1.21.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import Axios from 'axios';
import { setupCache } from 'axios-cache-interceptor';

const HOUR_MS = 3_600_000;

/** What a call gets after the response has expired, when the origin fails. */
async function duringOutage(name, headers, options) {
  let fails = false;
  const server = createServer((_, response) => {
    response.writeHead(fails ? 500 : 200, headers).end(fails ? undefined : 'price');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}/`;
  const axios = setupCache(Axios.create({ proxy: false }), options);
  await axios.get(url);
  fails = true;
  await delay(1_200);
  const answer = await axios.get(url).then(({ data }) => data, ({ message }) => message);
  server.close();
  server.closeAllConnections();
  console.log(`${name}:`.padEnd(44), answer);
  return answer;
}

console.log('axios-cache-interceptor', JSON.parse(readFileSync('node_modules/axios-cache-interceptor/package.json', 'utf8')).version);
const seen = [
  await duringOutage('max-age=1, default', { 'cache-control': 'max-age=1' }, {}),
  await duringOutage('max-age=1, staleIfError: an hour', { 'cache-control': 'max-age=1' }, { staleIfError: HOUR_MS }),
  await duringOutage('ttl: 1 s, staleIfError: an hour', {}, { ttl: 1_000, staleIfError: HOUR_MS }),
  await duringOutage('max-age=1, stale-if-error=3600, default', { 'cache-control': 'max-age=1, stale-if-error=3600' }, {}),
  await duringOutage('max-age=1 and an ETag, default', { 'cache-control': 'max-age=1', etag: '"1"' }, {}),
  await duringOutage('max-age=1 and Last-Modified, default', { 'cache-control': 'max-age=1', 'last-modified': new Date(0).toUTCString() }, {}),
];
const error = 'Request failed with status code 500';
assert.deepEqual(seen, [error, error, error, error, 'price', 'price'], 'the library has changed');
JAVASCRIPT
node show.mjs
