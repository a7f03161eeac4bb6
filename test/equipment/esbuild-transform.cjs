/**
 * Jest's transform: esbuild, the compiler of the layer and of users' functions. It checks no types: `npx projen test:all` runs tsc once.
 *
 * Unlike ts-jest, it does not hoist `jest.mock` above the imports, so it rejects one: pass the dependency to the code under test instead.
 */
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { extname } = require('node:path');
const { transformSync, version } = require('esbuild');

const OPTIONS = {
  format: 'cjs', platform: 'node', target: 'node22', sourcemap: 'inline',
  // ES modules are strict, and esbuild leaves that out when it makes CommonJS of them.
  tsconfigRaw: { compilerOptions: { alwaysStrict: true } },
};
const OWN_SOURCE = readFileSync(__filename);

module.exports = {
  process(source, path) {
    if (/^\s*jest\.mock\(/m.test(source)) {
      throw new Error(`${path} calls jest.mock(), which has no effect on imports here. Pass the dependency in, or spy on an object.`);
    }
    return transformSync(source, { ...OPTIONS, loader: extname(path) === '.ts' ? 'ts' : 'js', sourcefile: path });
  },

  getCacheKey(source, path, { configString, instrument }) {
    return createHash('sha256').update([OWN_SOURCE, version, configString, instrument, path, source].join('\0')).digest('hex').slice(0, 32);
  },
};
