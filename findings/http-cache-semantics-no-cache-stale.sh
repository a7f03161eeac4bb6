#!/bin/sh
# http-cache-semantics 4.3.0: `no-cache, stale-while-revalidate=60` allows a cache to answer without validating at the origin first.
# `evaluateRequest` returns the stored response and a revalidation that may happen later, as for `max-age=0`. RFC 9111, 5.2.2.4, forbids using
# a response with no-cache without validation, and so does the library without the second directive, or with `must-revalidate`.
# Expected before the first run: the stricter directive takes precedence.
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "no-cache", "private": true }' > package.json
npm install --silent --no-audit --no-fund http-cache-semantics@4.3.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import CachePolicy from 'http-cache-semantics';

const request = { url: '/', method: 'GET', headers: { host: 'origin.example' } };

function answer(cacheControl) {
  const policy = new CachePolicy(request, { status: 200, headers: { 'cache-control': cacheControl, etag: '"1"' } });
  const { response, revalidation } = policy.evaluateRequest(request);
  const result = response === undefined ? 'asks the origin first' : `answers at once, ${revalidation ? 'asks later' : 'does not ask'}`;
  console.log(cacheControl.padEnd(55), result);
  return result;
}

console.log('http-cache-semantics', JSON.parse(readFileSync('node_modules/http-cache-semantics/package.json', 'utf8')).version);
const seen = [
  'max-age=0, stale-while-revalidate=60',
  'max-age=0, stale-while-revalidate=60, must-revalidate',
  'no-cache',
  'no-cache, stale-while-revalidate=60',
].map(answer);
const [later, first] = ['answers at once, asks later', 'asks the origin first'];
assert.deepEqual(seen, [later, first, first, later], 'the library has changed');
JAVASCRIPT
node show.mjs
