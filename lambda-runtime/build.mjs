/**
 * Builds what the package ships of the runtime, before jsii compiles the constructs:
 *
 *   assets/layers/memory/…   the Lambda layer: the handler that wraps the user's, and what handlers import
 *   assets/layers/redis/…    the same, with the client of a shared tier
 *   assets/runtime/…         `cdk-cached-function/runtime` and `cdk-cached-function/testing`, for whatever runs outside Lambda, ESM and CommonJS, with types
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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

await build({
  ...common,
  entryPoints: [join(source, 'handler.ts')],
  outfile: join(layer, 'handler.mjs'),
  format: 'esm',
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
  await build({ ...common, entryPoints: [join(source, 'tiers', tier, 'index.ts')], outfile: join(layerOf(tier), `${tier}.cjs`), format: 'cjs' });
}

execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', source], { stdio: 'inherit' });

// Each module format wants declarations of its own: TypeScript takes a .d.ts beside an ES module for CommonJS.
const types = join(assets, 'runtime/types');
cpSync(types, join(assets, 'runtime/types-esm'), { recursive: true });
writeFileSync(join(assets, 'runtime/types-esm/package.json'), '{ "type": "module" }\n');
