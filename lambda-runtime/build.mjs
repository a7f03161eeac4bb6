/**
 * Builds what the package ships of the runtime, before jsii compiles the constructs:
 *
 *   assets/layers/memory/…   the Lambda layer: the handler that wraps the user's, and what handlers import
 *   assets/layers/redis/…    the same, with the client of a shared tier
 *   assets/runtime/…         `cdk-cached-function/runtime` and `cdk-cached-function/testing`, for whatever runs outside Lambda, ESM and CommonJS, with types
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';
import { privateNames } from './private-names.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const assets = join(source, '..', 'assets');
const layerOf = (flavour) => join(assets, 'layers', flavour, 'cdk-cached-function');
const layer = layerOf('memory');
const require = createRequire(import.meta.url);

rmSync(assets, { recursive: true, force: true });

const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

// What every cold start reads is made as small as can be.
await buildSmall(join(source, 'handler.ts'), join(layer, 'handler.mjs'), {
  format: 'esm',
  // lru-cache's build for browsers does not load Node.js's diagnostics_channel, for traces that nobody looks at.
  conditions: ['browser'],
  // lru-cache asks for it, for a ttl that we do not use, and Node.js takes half a millisecond to bring it.
  define: { performance: 'Date' },
  mangleProps: new RegExp(`^(${privateNames(source).filter((name) => !isInLruCache(name)).join('|')})$`),
});

for (const [format, extension] of [['esm', 'mjs'], ['cjs', 'cjs']]) {
  await build({ ...common, entryPoints: [join(source, 'import-shim.ts')], outfile: join(layer, `import-shim.${extension}`), format });
  for (const entry of ['index', 'testing']) {
    await build({ ...common, entryPoints: [join(source, `${entry}.ts`)], outfile: join(assets, `runtime/${entry}.${extension}`), format });
  }
}

// A flavour of the layer is the same, and the client of a shared tier. As CommonJS: that is what the client is, and Node.js then
// loads of its own modules only what is used.
for (const tier of ['redis']) {
  cpSync(layer, layerOf(tier), { recursive: true });
  await buildSmall(join(source, 'tiers', tier, 'index.ts'), join(layerOf(tier), `${tier}.cjs`), {
    format: 'cjs',
    // What the client would say of its work, if anybody set DEBUG.
    alias: { debug: join(source, 'no-debug.mjs') },
  });
}

execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', source], { stdio: 'inherit' });

// Each module format wants declarations of its own: TypeScript takes a .d.ts beside an ES module for CommonJS.
const types = join(assets, 'runtime/types');
cpSync(types, join(assets, 'runtime/types-esm'), { recursive: true });
writeFileSync(join(assets, 'runtime/types-esm/package.json'), '{ "type": "module" }\n');

/** Terser finds some bytes more than esbuild does. */
async function buildSmall(entryPoint, outfile, options) {
  await build({ ...common, minify: false, entryPoints: [entryPoint], outfile, ...options });
  const { code } = await minify(readFileSync(outfile, 'utf8'), { module: true, ecma: 2022, compress: { passes: 3 } });
  writeFileSync(outfile, code);
}

function isInLruCache(name) {
  return new RegExp(`\\b${name}\\b`).test(readFileSync(require.resolve('lru-cache'), 'utf8'));
}
