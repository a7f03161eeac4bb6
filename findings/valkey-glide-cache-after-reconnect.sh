#!/bin/sh
# @valkey/valkey-glide 2.5.2: a server-assisted client-side cache keeps its entries across a reconnect, so it misses what changed meanwhile.
# The server pushes an invalidation to a connection once; without a connection it is lost. The client turns tracking on again after it has
# reconnected, but returns its old entries: until the time to live is over, or forever with `entryTtlMs: 0`.
# Expected before the first run: the client clears its cache when its connection ends, as the protocol's documentation advises.
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
printf '{ "name": "glide", "private": true }' > package.json
npm install --silent --no-audit --no-fund @valkey/valkey-glide@2.5.2
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientSideCache, GlideClient, Logger, ProtocolVersion } from '@valkey/valkey-glide';

Logger.setLoggerConfig('off');

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function client(port, options) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await GlideClient.createClient({ addresses: [{ host: '127.0.0.1', port }], protocol: ProtocolVersion.RESP3, ...options });
    } catch (error) {
      if (attempt === 50) {
        throw error;
      }
      await delay(100);
    }
  }
}

const serverPort = await freePort();
const server = spawn(process.argv[2], ['--port', serverPort, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });
const connections = new Set();
const proxy = createServer({ noDelay: true }, (socket) => {
  const upstream = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
  connections.add(socket);
  socket.pipe(upstream).pipe(socket);
  socket.on('error', () => {}).on('close', () => upstream.destroy());
  upstream.on('error', () => {}).on('close', () => socket.destroy());
}).listen(0, '127.0.0.1');
await once(proxy, 'listening');

try {
  const plain = await client(serverPort, {});
  const cache = ClientSideCache.create(1024, 0, { serverAssisted: true });
  const caching = await client(proxy.address().port, { clientSideCache: cache });
  console.log('server', (await plain.info()).match(/valkey_version:\S+|redis_version:\S+/g).at(-1));
  console.log('@valkey/valkey-glide', JSON.parse(readFileSync('node_modules/@valkey/valkey-glide/package.json', 'utf8')).version);

  await plain.set('key', 'first');
  await caching.get('key');
  await plain.set('key', 'second');
  await caching.ping();
  const whileConnected = await caching.get('key');
  console.log('changed while connected:   get returns', whileConnected);

  for (const socket of connections) {
    socket.destroy();
  }
  await plain.set('key', 'third');
  let connected = false;
  for (let attempt = 0; attempt < 100 && !connected; attempt += 1) {
    connected = await caching.ping().then(() => true, () => delay(50, false));
  }
  const tracking = String(await plain.customCommand(['CLIENT', 'LIST'])).split('\n').some((line) => /\bflags=\w*B/.test(line));
  const afterwards = await caching.get('key');
  console.log('changed while disconnected: get returns', afterwards, 'and the server has', await plain.get('key'));
  console.log('tracking is on again:     ', tracking);
  await plain.set('key', 'fourth');
  await caching.ping();
  const later = await caching.get('key');
  console.log('changed once more:         get returns', later);
  assert.deepEqual([whileConnected, connected, tracking, afterwards, later], ['second', true, true, 'second', 'fourth'], 'the client has changed');
  caching.close();
  plain.close();
} finally {
  proxy.close();
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
