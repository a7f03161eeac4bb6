#!/bin/sh
# dynalite 4.0.0, a stand-in for DynamoDB: BatchGetItem returns about 1 MB of items, DynamoDB 16 MB, and leaves the rest as UnprocessedKeys.
# Of 10 items of 300 KB it returns 4, different ones in each call. It does not count what the projection omits, although DynamoDB counts whole
# items. So a test of code that reads UnprocessedKeys once, or never, can fail although DynamoDB would return everything.
# Expected before the first run: no UnprocessedKeys below 16 MB.
# Fails if dynalite's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "batch", "private": true }' > package.json
npm install --silent --no-audit --no-fund dynalite@4.0.0 @aws-sdk/client-dynamodb@3.1169.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { BatchGetItemCommand, CreateTableCommand, DynamoDBClient, PutItemCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

const server = dynalite({ createTableMs: 0 });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`, region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});
const TableName = 'items';
await client.send(new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
}));
await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
const Keys = Array.from({ length: 10 }, (_, number) => ({ id: { S: String(number) } }));
for (const key of Keys) {
  await client.send(new PutItemCommand({ TableName, Item: { ...key, text: { S: 'x'.repeat(300 * 1024) } } }));
}

async function read(options) {
  const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ...options } } }));
  return { returned: Responses[TableName].length, unprocessed: UnprocessedKeys[TableName]?.Keys.length ?? 0 };
}

console.log('dynalite', JSON.parse(readFileSync('node_modules/dynalite/package.json', 'utf8')).version);
const whole = await read({});
const projected = await read({ ProjectionExpression: 'id' });
console.log('10 items of 300 KB:          ', whole);
console.log('the same, projected to the id:', projected);
assert.deepEqual([whole, projected], [{ returned: 4, unprocessed: 6 }, { returned: 10, unprocessed: 0 }], 'dynalite has changed');
client.destroy();
server.close();
JAVASCRIPT
node show.mjs
