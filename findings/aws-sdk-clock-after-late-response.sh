#!/bin/sh
# @aws-sdk/client-dynamodb 3.1169.0: a successful response with an old Date sets back the clock that signs the next requests.
# Every response sets it, not only signature errors, unless it has an Age or took more than 15 minutes. One example is a response that waited
# ten minutes while the process was frozen, as Lambda freezes environments between invocations. The next request is signed with that old
# time, which AWS rejects after five minutes (then the SDK corrects its clock again, and repeats the request).
# Expected before the first run: only an error changes the clock.
# Fails if the SDK's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "clock", "private": true }' > package.json
npm install --silent --no-audit --no-fund @aws-sdk/client-dynamodb@3.1169.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

const MINUTE = 60_000;

/** How many minutes before now each of two requests was signed, if the response to the first is that old. */
async function signedMinutesAgo(ageOfResponse) {
  const signed = [];
  const server = createServer((request, response) => {
    const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(request.headers['x-amz-date']);
    signed.push(Math.round((Date.now() - Date.UTC(year, month - 1, day, hour, minute, second)) / MINUTE));
    const date = new Date(Date.now() - ageOfResponse * MINUTE).toUTCString();
    request.resume().on('end', () => response.writeHead(200, { date, 'content-type': 'application/x-amz-json-1.0' }).end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${server.address().port}`, region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  for (let request = 0; request < 2; request += 1) {
    await client.send(new GetItemCommand({ TableName: 'table', Key: { id: { S: '1' } } }));
  }
  client.destroy();
  server.close();
  console.log(`response ${ageOfResponse} minutes old: the requests were signed as of ${signed.join(' and ')} minutes ago`);
  return signed;
}

console.log('@aws-sdk/client-dynamodb', JSON.parse(readFileSync('node_modules/@aws-sdk/client-dynamodb/package.json', 'utf8')).version);
const seen = [await signedMinutesAgo(0), await signedMinutesAgo(3), await signedMinutesAgo(10)];
assert.deepEqual(seen, [[0, 0], [0, 3], [0, 10]], 'the SDK has changed');
JAVASCRIPT
node show.mjs
