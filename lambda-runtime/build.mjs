/**
 * Builds what the package ships of the runtime, before jsii compiles the constructs:
 *
 *   assets/layer/…     the Lambda layer: the handler that wraps the user's, what handlers import, and parts, each the client of one
 *                      kind of shared tier or of DAX, which a function gets only if it needs them (src/runtime-code.ts)
 *   assets/…           THIRD-PARTY-NOTICES and a bill of materials of whatever others have written in it (recorded-build.mjs)
 *   assets/runtime/…   `cdk-cached-function/runtime`, `…/testing` and `…/dynamodb`, for whatever runs outside Lambda, ESM and CommonJS, with types
 *
 * `node build.mjs FOLDER` builds the layer's handler, what handlers import, and the clients of shared tiers into a folder, and nothing
 * else: that is what test/fleet/known-faults runs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { declareOwnGlobals, GET_BUILTIN_MODULE, OWN_GLOBALS } from './own-globals.mjs';
import { privateNames } from './private-names.mjs';
import { build, writeNotices } from './recorded-build.mjs';
import { dropUnusedCommands } from './unused-commands.mjs';
import { dropUnusedMembers } from './unused-members.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const [, , folder] = process.argv;
const assets = folder ?? join(source, '..', 'assets');
const layer = join(assets, 'layer', 'cdk-cached-function');
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

/** DAX's client builds its parser of expressions when it is loaded, in a fifth of the time that takes; most need it later or never. */
const lateGrammar = {
  name: 'late-grammar',
  setup: ({ onLoad }) => onLoad({ filter: /AbstractTwoStageExpressionParser\.js$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8')
      .replace(/^const (\w+) = require\('\.\/\1'\)\.\1;$/gm, '')
      .replace(/new (DynamoDbGrammar\w+)\(/g, "new (require('./$1').$1)("),
  })),
};

/** What tiers/memory.ts never sets of lru-cache's options, and what they alone switch on; with what these are then. */
const LRU_CACHE_UNSET = {
  'hasSubscribers': 'false', 'status': 'undefined', '#statusTTL': 'undefined',
  'ttl': '0', 'start': 'undefined', 'ttlResolution': 'undefined', 'ttlAutopurge': 'undefined', 'perf': 'undefined', '#perf': 'undefined',
  '#ttls': 'undefined', '#starts': 'undefined', '#autopurgeTimers': 'undefined', '#isStale': 'false', '#updateItemAge': 'undefined',
  '#setItemTTL': 'undefined', '#initializeTTLTracking': 'undefined', 'noUpdateTTL': 'undefined',
  'updateAgeOnGet': 'undefined', 'updateAgeOnHas': 'undefined', 'allowStale': 'undefined', 'noDeleteOnStaleGet': 'undefined',
  'fetchMethod': 'undefined', '#fetchMethod': 'undefined', '#hasFetchMethod': 'false', 'backgroundFetchSize': 'undefined',
  '#isBackgroundFetch': 'false', 'noDeleteOnFetchRejection': 'undefined', 'allowStaleOnFetchRejection': 'undefined',
  'allowStaleOnFetchAbort': 'undefined', 'ignoreFetchAbort': 'undefined', 'memoMethod': 'undefined', '#memoMethod': 'undefined',
  'onInsert': 'undefined', '#onInsert': 'undefined', '#hasOnInsert': 'false', 'disposeAfter': 'undefined', '#disposeAfter': 'undefined',
  '#hasDisposeAfter': 'false', '#disposed': 'undefined', 'noDisposeOnSet': 'undefined', 'sizeCalculation': 'undefined',
};

// What every cold start reads is made as small as can be.
await buildSmall(join(source, 'handler.ts'), join(layer, 'handler.mjs'), {
  format: 'esm',
  // lru-cache's build for browsers does not load Node.js's diagnostics_channel, for traces that nobody looks at. As published before it was
  // minified, where names say what is dropped.
  conditions: ['browser'],
  alias: { 'lru-cache': 'lru-cache/raw' },
  // lru-cache asks for it, for a ttl that we do not use, and Node.js takes half a millisecond to bring it.
  define: { performance: OWN_GLOBALS.Date },
  // A third of the handler is lru-cache, and most of that for what we do not ask of it.
  plugins: [dropUnusedMembers('lru-cache', [join(source, 'tiers', 'memory.ts')], LRU_CACHE_UNSET)],
  mangleProps: new RegExp(`^(${privateNames(source).filter((name) => !isInLruCache(name)).join('|')})$`),
});

const FORMATS = [['esm', 'mjs'], ['cjs', 'cjs']];
for (const [format, extension] of FORMATS) {
  // By the names that lifecycle/resolve-import.ts finds them by.
  for (const shim of ['import-shim', 'dynamodb-shim']) {
    await build({ ...common, entryPoints: [join(source, `${shim}.ts`)], outfile: join(layer, `${shim}.${extension}`), format });
  }
}

// For worker threads that handlers start (import-shim.ts). Not with globals of its own: it is loaded by the user's code.
await build({ ...common, entryPoints: [join(source, 'index.ts')], outfile: join(layer, 'local.cjs'), format: 'cjs' });

// As CommonJS: that is what the clients are, and Node.js then loads of its own modules only what is used.
for (const tier of ['redis', 'memcached', 'dynamodb']) {
  await buildSmall(join(source, 'tiers', tier, 'index.ts'), join(layer, `${tier}.cjs`), {
    format: 'cjs',
    // What the client would say of its work, if anybody set DEBUG.
    alias: { debug: join(source, 'no-debug.mjs') },
    plugins: [dropUnusedCommands(join(source, 'tiers', 'redis'))],
  });
}

if (folder !== undefined) {
  process.exit();
}

for (const [format, extension] of FORMATS) {
  for (const entry of ['index', 'testing', 'dynamodb']) {
    // The AWS SDK is the user's.
    await build({ ...common, entryPoints: [join(source, `${entry}.ts`)], outfile: join(assets, `runtime/${entry}.${extension}`), format, external: ['@aws-sdk/*'] });
  }
}

await buildSmall(join(source, 'dax', 'index.ts'), join(layer, 'dax.cjs'), {
  format: 'cjs',
  // Whole clients of AWS, for what we do without: other credentials than the function's, pages of results.
  alias: Object.fromEntries(['@aws-sdk/credential-providers', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb']
    .map((name) => [name, join(source, 'nothing.mjs')])),
  // It prints its errors, every four seconds; we count them.
  drop: ['console'],
  // And it would stop Node.js from printing warnings: this takes a name, and does nothing.
  define: { 'process.removeAllListeners': OWN_GLOBALS.Boolean },
  plugins: [lateGrammar],
});

execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', source], { stdio: 'inherit' });

// Each module format wants declarations of its own: TypeScript takes a .d.ts beside an ES module for CommonJS.
const types = join(assets, 'runtime/types');
cpSync(types, join(assets, 'runtime/types-esm'), { recursive: true });
writeFileSync(join(assets, 'runtime/types-esm/package.json'), '{ "type": "module" }\n');

writeNotices(assets);

/** The layer's own code, with globals of its own. Terser finds some bytes more than esbuild does. */
async function buildSmall(entryPoint, outfile, options) {
  const define = { ...OWN_GLOBALS, 'process.getBuiltinModule': GET_BUILTIN_MODULE, ...options.define };
  await build({ ...common, minify: false, entryPoints: [entryPoint], outfile, ...options, define });
  const { code } = await minify(declareOwnGlobals(readFileSync(outfile, 'utf8'), options.format), { module: true, ecma: 2022, compress: { passes: 3 } });
  writeFileSync(outfile, code);
}

function isInLruCache(name) {
  return new RegExp(`\\b${name}\\b`).test(readFileSync(require.resolve('lru-cache'), 'utf8'));
}
