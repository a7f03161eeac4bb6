#!/bin/sh
# undici 8.13.1, the deduplicate interceptor: if the first of several identical requests is aborted, all of them reject with its AbortError.
# The others, which may have no signal at all, had not given up. The same goes for the first one's timeout: a request without a timeout
# fails after 30 ms, because another caller was in more of a hurry. If one that came later is aborted, only that one rejects.
# Expected before the first run: the response goes to those that still wait for it.
# Fails if undici's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "abort", "private": true }' > package.json
npm install --silent --no-audit --no-fund undici@8.13.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, interceptors, request } from 'undici';

let requests = 0;
const server = createServer(async (_, response) => {
  requests += 1;
  await delay(300);
  response.end('page');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;

/** The results of three concurrent requests, of which one has the given signal. */
async function three(name, hurried, signal) {
  const dispatcher = new Agent().compose(interceptors.deduplicate());
  requests = 0;
  const results = await Promise.all([0, 1, 2].map(async (number) => {
    try {
      const { body } = await request(url, { dispatcher, ...(number === hurried && { signal }) });
      return await body.text();
    } catch (error) {
      return error.name;
    }
  }));
  await dispatcher.close();
  console.log(`${name}:`.padEnd(34), results.join(', ').padEnd(40), `(requests: ${requests})`);
  return results;
}

function abortedSoon() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  return controller.signal;
}

console.log('undici', JSON.parse(readFileSync('node_modules/undici/package.json', 'utf8')).version);
const seen = [
  await three('the first is aborted', 0, abortedSoon()),
  await three('the first has a timeout of 30 ms', 0, AbortSignal.timeout(30)),
  await three('the second is aborted', 1, abortedSoon()),
];
server.close();
assert.deepEqual(seen, [
  ['AbortError', 'AbortError', 'AbortError'],
  ['TimeoutError', 'TimeoutError', 'TimeoutError'],
  ['page', 'AbortError', 'page'],
], 'undici has changed');
JAVASCRIPT
node show.mjs
