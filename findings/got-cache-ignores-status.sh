#!/bin/sh
# got 16.1.0 with `cache`: each response is stored by the rules for status 200, also a 206, a part, and a 503 without a lifetime.
# After `Range: bytes=0-1`, a request for the next two bytes gets the first two again, and one without a Range gets them too. So a download in
# parts consists of copies of the first part, without an error. And a 503 whose page was last modified ten days ago is returned for a day.
# Its cacheable-request passes Node.js's response, which has a `statusCode`, to http-cache-semantics, which reads `status` and assumes 200
# without one. make-fetch-happen 16.0.1, with the same library, stores neither.
# Expected before the first run: a request with a Range bypasses the cache. The 503 followed from the cause.
# Fails if this has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "status", "private": true }' > package.json
npm install --silent --no-audit --no-fund got@16.1.0 make-fetch-happen@16.0.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import got from 'got';
import fetch from 'make-fetch-happen';

const WHOLE = 'abcdef';
const TEN_DAYS_MS = 10 * 24 * 3_600_000;
let overloaded;

const server = createServer(({ url, headers: { range } }, response) => {
  if (url === '/overloaded') {
    response.writeHead(overloaded ? 503 : 200, { 'last-modified': new Date(Date.now() - TEN_DAYS_MS).toUTCString() });
    response.end(overloaded ? 'sorry' : WHOLE);
    overloaded = false;
    return;
  }
  response.setHeader('cache-control', 'max-age=60').setHeader('accept-ranges', 'bytes');
  if (range === undefined) {
    response.end(WHOLE);
    return;
  }
  const [, first, last] = /^bytes=(\d)-(\d)$/.exec(range);
  response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${WHOLE.length}` }).end(WHOLE.slice(Number(first), Number(last) + 1));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

async function inTurn(name, get) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version);
  const answers = [];
  for (const range of ['bytes=0-1', 'bytes=2-3', undefined]) {
    answers.push(await get(`${origin}/`, range === undefined ? {} : { range }));
    console.log(' ', (range ?? 'without a Range').padEnd(24), answers.at(-1));
  }
  overloaded = true;
  for (const when of ['while it is overloaded', 'afterwards']) {
    answers.push(await get(`${origin}/overloaded`, {}));
    console.log(' ', when.padEnd(24), answers.at(-1));
  }
  return answers;
}

const cache = new Map();
const ofGot = await inTurn('got', async (url, headers) => {
  const { statusCode, body } = await got(url, { cache, headers, throwHttpErrors: false, retry: { limit: 0 } });
  return `${statusCode} ${body}`;
});
const ofFetch = await inTurn('make-fetch-happen', async (url, headers) => {
  const response = await fetch(url, { cachePath: 'cache', headers });
  return `${response.status} ${await response.text()}`;
});
server.close();
server.closeAllConnections();
assert.deepEqual(ofGot, ['206 ab', '206 ab', '206 ab', '503 sorry', '503 sorry'], 'got has changed');
assert.deepEqual(ofFetch, ['206 ab', '206 cd', '200 abcdef', '503 sorry', '200 abcdef'], 'make-fetch-happen has changed');
JAVASCRIPT
node show.mjs
