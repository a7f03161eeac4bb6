#!/bin/sh
# @valkey/valkey-glide 2.5.2: with a client-side cache, a client does not see its own writes.
# Without `serverAssisted` an entry lasts until its time to live is over, whatever this client writes: after `set`, `del` and `flushall`, `get`
# returns the old value. With `entryTtlMs: 0` it does so until the entry is evicted. With `serverAssisted: true` the server's invalidation
# corrects it, once it has arrived.
# Expected before the first run: a client's own writes remove the entry, and only other clients' writes wait for the time to live.
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
import { createServer } from 'node:net';
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

const port = await freePort();
const server = spawn(process.argv[2], ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });
try {
  const plain = await client(port, {});
  const caching = await client(port, { clientSideCache: ClientSideCache.create(1024, 60_000) });
  console.log('server', (await plain.info()).match(/valkey_version:\S+|redis_version:\S+/g).at(-1));
  console.log('@valkey/valkey-glide', JSON.parse(readFileSync('node_modules/@valkey/valkey-glide/package.json', 'utf8')).version);
  const seen = [];
  const show = async (what) => {
    const [cached, stored] = [await caching.get('key'), await plain.get('key')];
    console.log(`${what}:`.padEnd(22), 'get returns', JSON.stringify(cached), 'and the server has', JSON.stringify(stored));
    seen.push(cached, stored);
  };
  await caching.set('key', 'first');
  await show('after its first set');
  await caching.set('key', 'second');
  await show('after its second set');
  await caching.del(['key']);
  await show('after its del');
  await caching.flushall();
  await show('after its flushall');
  assert.deepEqual(seen, ['first', 'first', 'first', 'second', 'first', null, 'first', null], 'the client has changed');
  caching.close();
  plain.close();
} finally {
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
