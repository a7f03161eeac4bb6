#!/bin/sh
# @redis/client 6.3.1: its client-side cache has one entry per command for all databases, and SELECT neither clears nor partitions it.
# After `select(1)` a `get` returns the key's value in database 0, without a request; `sendCommand` bypasses the cache and gets the correct
# value. This lasts until a client writes the key, in any database.
# Expected before the first run: `select` clears the cache, or the database is part of an entry's key.
# Fails if the client's behaviour has changed.
set -eu
server=${REDIS_SERVERS_VALKEY:-$(command -v valkey-server || command -v redis-server || true)}
if [ -z "$server" ]; then
  echo 'There is no server: install valkey-server or redis-server, or name one in $REDIS_SERVERS_VALKEY.' >&2
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "select", "private": true }' > package.json
npm install --silent --no-audit --no-fund @redis/client@6.3.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { BasicClientSideCache, createClient } from '@redis/client';

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
await once(probe, 'close');
const server = spawn(process.argv[2], ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });

async function client(options) {
  const connected = createClient({ url: `redis://127.0.0.1:${port}`, ...options });
  connected.on('error', () => {});
  return connected.connect();
}

try {
  const writer = await client({});
  const reader = await client({ RESP: 3, clientSideCache: new BasicClientSideCache({ ttl: 0, maxEntries: 0 }) });
  console.log('server', (await writer.info('server')).match(/valkey_version:\S+|redis_version:\S+/g).at(-1));
  console.log('@redis/client', JSON.parse(readFileSync('node_modules/@redis/client/package.json', 'utf8')).version);
  await writer.set('key', 'of database 0');
  await writer.select(1);
  await writer.set('key', 'of database 1');
  await reader.get('key');
  await reader.select(1);
  const cached = await reader.get('key');
  const asked = await reader.sendCommand(['GET', 'key']);
  await writer.set('key', 'of database 1, written again');
  await reader.ping();
  const afterWrite = await reader.get('key');
  console.log('after select(1), get returns:        ', cached);
  console.log('after select(1), the server returns: ', asked);
  console.log('after a write to the key, get returns:', afterWrite);
  assert.deepEqual([cached, asked, afterWrite], ['of database 0', 'of database 1', 'of database 1, written again'], 'the client has changed');
  reader.destroy();
  writer.destroy();
} finally {
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
