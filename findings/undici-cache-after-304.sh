#!/bin/sh
# undici 8.13.1, the cache interceptor: a 304 does not make the stored response fresh again. If it has a Cache-Control, it removes the response.
# So the request after a validation transfers the whole body, and each second one does from then on, even if the 304 says `max-age=60`.
# Without a Cache-Control, each request after it is validated too. RFC 9111, 4.3.4, has the cache update the stored response from the 304.
# Expected before the first run: no request in the 60 seconds after the 304, and with `no-cache` one 304 after the other.
# Fails if undici's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "not-modified", "private": true }' > package.json
npm install --silent --no-audit --no-fund undici@8.13.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, interceptors, request } from 'undici';

/** What the origin answered to five requests for the same page, which never changes; there is a pause after the first. */
async function answers(name, whole, notModified, pauseMs = 0) {
  const statuses = [];
  const server = createServer((incoming, response) => {
    const status = incoming.headers['if-none-match'] === '"1"' ? 304 : 200;
    const cacheControl = status === 304 ? notModified : whole;
    statuses.push(status);
    response.writeHead(status, { etag: '"1"', ...(cacheControl && { 'cache-control': cacheControl }) }).end(status === 304 ? undefined : 'page');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dispatcher = new Agent().compose(interceptors.cache());
  for (let count = 0; count < 5; count += 1) {
    const { body } = await request(`http://127.0.0.1:${server.address().port}/`, { dispatcher });
    assert.equal(await body.text(), 'page');
    await delay(count === 0 ? pauseMs : 0);
  }
  await dispatcher.close();
  server.close();
  console.log(`${name}:`.padEnd(46), statuses.join(' '));
  return statuses;
}

console.log('undici', JSON.parse(readFileSync('node_modules/undici/package.json', 'utf8')).version);
const seen = [
  await answers('200 with max-age=0, 304 with max-age=60', 'max-age=0', 'max-age=60'),
  await answers('both with no-cache', 'no-cache', 'no-cache'),
  await answers('200 with max-age=3, 304 without Cache-Control', 'max-age=3', undefined, 4_000),
];
assert.deepEqual(seen, [[200, 304, 200, 304, 200], [200, 304, 200, 304, 200], [200, 304, 304, 304, 304]], 'undici has changed');
JAVASCRIPT
node show.mjs
