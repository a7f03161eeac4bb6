/**
 * Builds what the package ships of the runtime, before jsii compiles the constructs:
 *
 *   assets/layer/…     the Lambda layer: the handler that wraps the user's, the modules that handlers import, and the client bundles for
 *                      shared tiers and DAX, which a function gets only if it needs them (src/function/runtime-code.ts)
 *   assets/…           THIRD-PARTY-NOTICES and a bill of materials of third-party code in it (bundle-with-sbom.mjs)
 *   assets/runtime/…   `cdk-cached-function/runtime`, `…/testing`, `…/dynamodb` and `…/http`, for code outside Lambda, ESM and CommonJS, with types
 *
 * `node build.mjs FOLDER` builds only the layer's handler, the modules that handlers import, and the shared tiers' clients into a folder, for
 * test/fleet/known-faults.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { declareOwnGlobals, GET_BUILTIN_MODULE, OWN_GLOBALS } from './own-globals.mjs';
import { briefExports } from './brief-exports.mjs';
import { build, writeNotices } from './bundle-with-sbom.mjs';
import { changing, replacing } from './must-match.mjs';
import { dropUnusedCommands } from './strip-redis-commands.mjs';
import { dropUnusedMembers } from './strip-class-members.mjs';

const source = join(dirname(fileURLToPath(import.meta.url)), '..');
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

/** The lru-cache options that memory/s3-fifo.ts never sets, and the fields that only they turn on, with their constant values. */
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

// Files that every cold start reads are made as small as possible.
await buildSmall(join(source, 'lambda', 'handler.ts'), join(layer, 'handler.mjs'), {
  format: 'esm',
  // lru-cache's browser build does not load Node.js's diagnostics_channel, for unused traces. Not its minified file, since names show what
  // to drop.
  conditions: ['browser'],
  alias: { 'lru-cache': 'lru-cache/raw' },
  // lru-cache is a third of the handler, and most of it is for features that we do not use, such as its ttl's clock, which Node.js takes half
  // a millisecond to load.
  plugins: [dropUnusedMembers('lru-cache', [join(source, 'memory', 's3-fifo.ts')], LRU_CACHE_UNSET, ['perf.js'])],
});

/**
 * Node.js modules that take milliseconds to load and that a client always imports, though only some connections use them: TLS, signing and
 * hashing.
 */
const lateBuiltins = (...names) => changing('late-builtins', names, ({ onResolve, onLoad }, matched) => {
  onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path }) => {
    matched(path);
    return { path, namespace: 'late-builtin' };
  });
  onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({
    contents: `module.exports = new Proxy({}, { get: (_, name) => require('node:${path}')[name] });`,
  }));
});

const FORMATS = [['esm', 'mjs'], ['cjs', 'cjs']];
for (const [format, extension] of FORMATS) {
  // By the names with which lambda/resolve-import.ts finds them.
  for (const shim of ['import-shim', 'dynamodb-shim', 'http-shim']) {
    await build({ ...common, entryPoints: [join(source, 'api', `${shim}.ts`)], outfile: join(layer, `${shim}.${extension}`), format });
  }
}

/** An invalid structured field is ignored, so its error messages are never read. Bundlers do not drop unused methods. */
const briefStructuredFields = () => replacing('structured-headers', {
  'structured-headers/dist/parser.js': [
    [/new ParseError\(this\.pos, (?:'[^'\n]*'|`[^`\n]*`)\)/g, 'new Error()'],
    [/^export class ParseError [^]*?^}\n/m, ''],
    [/^    parseList\(\) {[^]*?^    }\n/m, ''],
  ],
  'structured-headers/dist/token.js': [[/new TypeError\('.*'\)/, 'new TypeError()']],
});

// Whole responses: loaded by the handler or by the user's code only if they are cached. The parser of structured fields is loaded on demand.
const lateStructuredFields = { alias: { 'structured-headers': join(source, 'build', 'stubs', 'late-structured-headers.mjs') }, external: ['./structured-fields.cjs'] };
await buildSmall(join(source, 'api', 'responses-layer.ts'), join(layer, 'responses.cjs'), { format: 'cjs', ...lateStructuredFields });
await buildSmall(join(source, 'api', 'response-listener.ts'), join(layer, 'listener.cjs'), { format: 'cjs', ...lateStructuredFields });
await buildSmall(join(source, 'api', 'structured-fields-layer.ts'), join(layer, 'structured-fields.cjs'), { format: 'cjs', plugins: [briefStructuredFields()] });
for (const [format, extension] of FORMATS) {
  const define = { LAYER_FILE: format === 'esm' ? 'import.meta.url' : '__filename' };
  await buildSmall(join(source, 'api', 'http-layer.ts'), join(layer, `http.${extension}`), { format, define });
}

// For worker threads that handlers start (import-shim.ts). Without own globals, since the user's code loads it.
await build({ ...common, entryPoints: [join(source, 'api', 'runtime.ts')], outfile: join(layer, 'local.cjs'), format: 'cjs' });

/** The kinds of shared tiers, and the changes to their clients. */
const STORES = {
  redis: {
    // The client's debug output, which is never on.
    alias: { debug: join(source, 'build', 'stubs', 'debug.mjs') },
    plugins: [dropUnusedCommands(join(source, 'stores', 'redis')), lateBuiltins('crypto', 'tls')],
  },
  memcached: {},
  dynamodb: { plugins: [lateBuiltins('crypto')] },
};
for (const [store, changes] of Object.entries(STORES)) {
  // As CommonJS, like the clients: Node.js then loads only those of its own modules that are used.
  await buildSmall(join(source, 'stores', store, 'index.ts'), join(layer, `${store}.cjs`), { format: 'cjs', ...changes });
}

if (folder !== undefined) {
  process.exit();
}

for (const [format, extension] of FORMATS) {
  for (const entry of ['runtime', 'testing', 'dynamodb', 'http']) {
    // The user's code provides the AWS SDK.
    await build({ ...common, entryPoints: [join(source, 'api', `${entry}.ts`)], outfile: join(assets, `runtime/${entry}.${extension}`), format, external: ['@aws-sdk/*'] });
  }
}

await buildSmall(join(source, 'dax', 'index.ts'), join(layer, 'dax.cjs'), {
  format: 'cjs',
  // A whole AWS client, for credentials other than the function's.
  alias: { '@aws-sdk/credential-providers': join(source, 'build', 'stubs', 'empty.mjs') },
  // It prints its errors every four seconds; we count them.
  drop: ['console'],
  plugins: [replacing('dax-client', {
    // It would keep Node.js from printing warnings.
    'client-dax/src/Dax.js': [["process.removeAllListeners('warning');", '']],
    // It builds its expression parser while loading, which takes a fifth of the load time; most functions need it later or never.
    'client-dax/src/AbstractTwoStageExpressionParser.js': [
      [/^const (\w+) = require\('\.\/\1'\)\.\1;$/gm, ''],
      [/new (DynamoDbGrammar\w+)\(/g, "new (require('./$1').$1)("],
    ],
  })],
});

execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', source], { stdio: 'inherit' });

// Each module format needs its own declarations: TypeScript treats a .d.ts next to an ES module as CommonJS.
const types = join(assets, 'runtime/types');
cpSync(types, join(assets, 'runtime/types-esm'), { recursive: true });
writeFileSync(join(assets, 'runtime/types-esm/package.json'), '{ "type": "module" }\n');

writeNotices(assets);

/** Builds the layer's own code, with its own globals. esbuild minifies it, which removes this machine's paths; terser saves some more bytes. */
async function buildSmall(entryPoint, outfile, options) {
  const define = { ...OWN_GLOBALS, 'process.getBuiltinModule': GET_BUILTIN_MODULE, ...options.define };
  await build({ ...common, entryPoints: [entryPoint], outfile, ...options, define });
  const bundle = readFileSync(outfile, 'utf8');
  const { code } = await minify(declareOwnGlobals(options.format === 'cjs' ? briefExports(bundle) : bundle, options.format), { module: true, ecma: 2022, compress: { passes: 3 } });
  writeFileSync(outfile, code);
}
