import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, runInFreshProcess } from './fresh-process';
import { LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import { median } from './median';

export interface ColdStart {
  readonly name: string;
  readonly gzipBytes: number;
  /** The time beyond that of the empty module; for the layer's handler, beyond that of a module that loads the user's handler too. */
  readonly importMs: number;
}

/** A handler's imports from each library for the equivalent of `cached()` in memory; esbuild drops the rest. */
const PEERS: Record<string, string> = {
  'lru-cache': "export { LRUCache } from 'lru-cache';",
  'async-cache-dedupe': "export { createCache } from 'async-cache-dedupe';",
  'cache-manager': "export { createCache } from 'cache-manager';",
  'cacheable': "export { Cacheable } from 'cacheable';",
  'layered-loader': "export { Loader } from 'layered-loader';",
  'cachified': "export { cachified } from '@epic-web/cachified';",
  'p-memoize': "export { default } from 'p-memoize';",
  '@isaacs/ttlcache': "export { TTLCache } from '@isaacs/ttlcache';",
  'bentocache': "export { BentoCache, bentostore } from 'bentocache'; export { memoryDriver } from 'bentocache/drivers/memory';",
};

/** CommonJS in these loads Node's own modules with `require`, which an ES module does not have. */
const NEEDS_REQUIRE = ['async-cache-dedupe', 'bentocache', 'layered-loader'];
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const EMPTY = 'empty module';
/** Lambda would load the user's handler itself. */
const EMPTY_WITH_HANDLER = 'empty module that loads the handler';
const OF_LAYER = 'cached';
const ROUNDS = 21;

/**
 * The cost of an import at a cold start. Each is one minified file, like a function's code. The user's handler is the empty module.
 */
export async function benchColdStart(workDirectory: string): Promise<ColdStart[]> {
  const modules: Record<string, string> = {
    [OF_LAYER]: LAYER_HANDLER,
    ...await bundlePeers(workDirectory),
    // The same runtime as unit tests and scripts import it, outside Lambda.
    'cached outside Lambda': join(__dirname, '..', 'assets', 'runtime', 'runtime.mjs'),
    [EMPTY]: join(workDirectory, 'index.mjs'),
    [EMPTY_WITH_HANDLER]: join(workDirectory, 'loads-handler.mjs'),
  };
  writeFileSync(modules[EMPTY], 'export const handler = async () => {};\n');
  writeFileSync(modules[EMPTY_WITH_HANDLER], `export const { handler } = await import(${JSON.stringify(modules[EMPTY])});\n`);
  const clock = await bundle(join(__dirname, 'inside', 'import-time.ts'), join(workDirectory, 'import-time.mjs'), { minify: true });

  const times: Record<string, number[]> = {};
  // In turns, so that the machine's other work affects all of them. The first round only fills the disk's cache.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, path] of Object.entries(modules)) {
      const importMs = await runInFreshProcess<number>(clock, [path], { environment: lambdaEnvironment(workDirectory) });
      if (round > 0) {
        (times[name] ??= []).push(importMs);
      }
    }
  }
  const emptyFor = (name: string) => median(times[name === OF_LAYER ? EMPTY_WITH_HANDLER : EMPTY]);
  return Object.entries(modules).map(([name, path]) => ({
    name,
    gzipBytes: gzipSync(readFileSync(path), { level: 9 }).length,
    importMs: Math.round((median(times[name]) - emptyFor(name)) * 100) / 100,
  }));
}

async function bundlePeers(workDirectory: string): Promise<Record<string, string>> {
  const bundles = Object.entries(PEERS).map(async ([name, source]) => {
    const entry = join(workDirectory, `${name.replace('/', '-')}.ts`);
    writeFileSync(entry, source);
    const outfile = await bundle(entry, join(workDirectory, `${name.replace('/', '-')}.mjs`), {
      packages: 'bundle',
      minify: true,
      legalComments: 'none',
      // Drivers that are not installed; they are loaded only on demand.
      external: ['ioredis', 'knex', 'kysely', 'orchid-orm', '@aws-sdk/*'],
      banner: NEEDS_REQUIRE.includes(name) ? { js: REQUIRE } : {},
    });
    return [name, outfile] as const;
  });
  return Object.fromEntries(await Promise.all(bundles));
}
