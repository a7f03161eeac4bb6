#!/bin/sh
# iovalkey 0.4.0 and ioredis 6.0.0: a Cluster sends a command again if its connection ends before the reply, whatever `redisOptions` says.
# `autoResendUnfulfilledCommands: false` and `maxRetriesPerRequest: 0` prevent it in a single client: the call rejects, the counter is 1. In a
# Cluster each node's client rejects, but the Cluster then tries again: the call resolves with 2. `maxRedirections: 0` prevents this, and every
# redirection too.
# Expected before the first run: a rejection, and a counter of 1, in both.
# Fails if the clients' behaviour has changed.
set -eu
server=${REDIS_SERVERS_VALKEY:-$(command -v valkey-server || command -v redis-server || true)}
if [ -z "$server" ]; then
  echo 'There is no server: install valkey-server or redis-server, or name one in $REDIS_SERVERS_VALKEY.' >&2
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{ "name": "repeats", "private": true }' > package.json
npm install --silent --no-audit --no-fund iovalkey@0.4.0 ioredis@6.0.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const NO_REPEATS = { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 };

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Passes everything on, except the reply that `cutNextReply` makes it swallow together with the connection. */
const proxy = createServer((socket) => {
  const upstream = connect(serverPort, '127.0.0.1');
  socket.on('data', (bytes) => upstream.write(bytes));
  upstream.on('data', (bytes) => {
    if (proxy.cutNextReply) {
      proxy.cutNextReply = false;
      socket.destroy();
      return;
    }
    socket.write(bytes);
  });
  socket.on('error', () => {}).on('close', () => upstream.destroy());
  upstream.on('error', () => {}).on('close', () => socket.destroy());
});

const serverPort = await freePort();
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
const { port } = proxy.address();
const server = spawn(process.argv[2], [
  '--port', serverPort, '--cluster-port', await freePort(), '--cluster-enabled', 'yes', '--save', '', '--bind', '127.0.0.1',
  '--cluster-announce-ip', '127.0.0.1', '--cluster-announce-port', port,
], { stdio: 'ignore' });

async function increment(client, control) {
  client.on('error', () => {});
  await control.set('counter', 0);
  await client.get('counter');
  proxy.cutNextReply = true;
  const answer = await client.incr('counter').catch((error) => error.name);
  client.disconnect();
  return `answer ${answer}, counter ${await control.get('counter')}`;
}

try {
  const seen = {};
  for (const library of ['iovalkey', 'ioredis']) {
    const { Cluster, Redis } = require(library);
    const control = new Redis(serverPort, '127.0.0.1', { maxRetriesPerRequest: null });
    control.on('error', () => {});
    if (library === 'iovalkey') {
      console.log('server', (await control.info('server')).match(/valkey_version:\S+|redis_version:\S+/g).at(-1));
      await control.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
    }
    while (!(await control.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
      await delay(50);
    }
    const nodes = [{ host: '127.0.0.1', port }];
    seen[library] = {
      alone: await increment(new Redis(port, '127.0.0.1', NO_REPEATS), control),
      cluster: await increment(new Cluster(nodes, { redisOptions: NO_REPEATS }), control),
      clusterWithoutRedirections: await increment(new Cluster(nodes, { redisOptions: NO_REPEATS, maxRedirections: 0 }), control),
    };
    console.log(library, require(`${library}/package.json`).version, seen[library]);
    control.disconnect();
  }
  for (const { alone, cluster, clusterWithoutRedirections } of Object.values(seen)) {
    const expected = ['answer MaxRetriesPerRequestError, counter 1', 'answer 2, counter 2', 'answer Error, counter 1'];
    assert.deepEqual([alone, cluster, clusterWithoutRedirections], expected, 'the clients have changed');
  }
} finally {
  server.kill();
  await once(server, 'exit');
  proxy.close();
}
JAVASCRIPT
node show.mjs "$server"
