#!/bin/sh
# http-cache-semantics 4.3.0: a response that arrived with an Age keeps it forever, however often its origin validates it.
# `revalidatedPolicy` keeps the stored Age if the 304 has none, and an origin sends none. A response that another cache sent with an Age of 50
# is fresh for only 10 of its 60 seconds after each validation; with an Age of 60 it is never fresh again. RFC 9111, 4.2.3, counts the age
# from the time at which the origin generated or validated the response.
# Expected before the first run: an age of 0 after the validation.
# Fails if the library's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "age", "private": true }' > package.json
npm install --silent --no-audit --no-fund http-cache-semantics@4.3.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import CachePolicy from 'http-cache-semantics';

const request = { url: '/', method: 'GET', headers: { host: 'origin.example' } };
const validated = { status: 304, headers: { etag: '"1"', 'cache-control': 'max-age=60' } };

function afterValidations(age, count) {
  const headers = { ...validated.headers, ...(age !== undefined && { age: String(age) }) };
  let policy = new CachePolicy(request, { status: 200, headers });
  for (let validation = 0; validation < count; validation += 1) {
    ({ policy } = policy.revalidatedPolicy(request, validated));
  }
  return { age: Math.round(policy.age()), secondsFresh: Math.round(policy.maxAge() - policy.age()) };
}

console.log('http-cache-semantics', JSON.parse(readFileSync('node_modules/http-cache-semantics/package.json', 'utf8')).version);
const seen = [[undefined, 1], [50, 1], [50, 3], [60, 3]].map(([age, count]) => {
  const result = afterValidations(age, count);
  console.log(`stored with ${age === undefined ? 'no Age' : `Age: ${age}`}, validated ${count} times:`, result);
  return result.secondsFresh;
});
assert.deepEqual(seen, [60, 10, 10, 0], 'the library has changed');
JAVASCRIPT
node show.mjs
