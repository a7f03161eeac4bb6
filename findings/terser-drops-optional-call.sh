#!/bin/sh
# terser 5.51.4: from two branches that differ only in `f(1)` and `f?.(1)`, its default options make `f(1)` for both.
# So a call that did nothing if there was no function becomes a TypeError.
# Fails if terser's behaviour has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > npm.log
npm install --no-audit --no-fund terser@5.51.4 >> npm.log
cat > show.mjs <<'CODE'
import { minify } from 'terser';

const CODE = 'export function call(isThere, f) { if (isThere) { f(1); } else { f?.(1); } }';
const { code } = await minify(CODE, { module: true });
const run = async (text) => {
  const { call } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  try {
    return String(call(false, undefined));
  } catch (error) {
    return error.name;
  }
};
const [before, after] = [await run(CODE), await run(code)];
console.log(`before: ${CODE}\nafter:  ${code}\ncall(false, undefined) before: ${before}, after: ${after}`);
process.exitCode = before === 'undefined' && after === 'TypeError' ? 0 : 1;
CODE
node show.mjs
