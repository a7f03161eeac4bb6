import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, runInFreshProcess } from './fresh-process';
import { LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import { median } from './median';

export interface ColdStart {
  readonly name: string;
  readonly gzipBytes: number;
  /** Beyond what the empty module takes. */
  readonly importMs: number;
}

/** What a handler imports of each library to do what `cached()` does in memory; esbuild drops the rest. */
const PEERS: Record<string, string> = {
  'lru-cache': "export { LRUCache } from 'lru-cache';",
  'async-cache-dedupe': "export { createCache } from 'async-cache-dedupe';",
  'cache-manager': "export { createCache } from 'cache-manager';",
  'cacheable': "export { Cacheable } from 'cacheable';",
  'bentocache': "export { BentoCache, bentostore } from 'bentocache'; export { memoryDriver } from 'bentocache/drivers/memory';",
};

/** CommonJS in these asks for Node's own modules with `require`, which an ES module does not have. */
const NEEDS_REQUIRE = ['async-cache-dedupe', 'bentocache'];
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

const EMPTY = 'empty module';
const ROUNDS = 21;

/**
 * What importing costs at a cold start. All are one minified file, as a function's code is. The handler of our layer loads
 * the user's handler too, here the empty module, which Lambda would otherwise load itself.
 */
export async function benchColdStart(workDirectory: string): Promise<ColdStart[]> {
  const modules: Record<string, string> = {
    'cached': LAYER_HANDLER,
    ...await bundlePeers(workDirectory),
    // The same runtime as unit tests and scripts import it, outside Lambda.
    'cached outside Lambda': join(__dirname, '..', 'assets', 'runtime', 'index.mjs'),
    [EMPTY]: join(workDirectory, 'index.mjs'),
  };
  writeFileSync(modules[EMPTY], 'export const handler = async () => {};\n');
  const clock = await bundle(join(__dirname, 'inside', 'import-time.ts'), join(workDirectory, 'import-time.mjs'), { minify: true });

  const times: Record<string, number[]> = {};
  // In turns: what else the machine does meets them all alike. The first round only fills the disk's cache.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, path] of Object.entries(modules)) {
      const importMs = await runInFreshProcess<number>(clock, [path], { environment: lambdaEnvironment(workDirectory) });
      if (round > 0) {
        (times[name] ??= []).push(importMs);
      }
    }
  }
  const empty = median(times[EMPTY]);
  return Object.entries(modules).map(([name, path]) => ({
    name,
    gzipBytes: gzipSync(readFileSync(path), { level: 9 }).length,
    importMs: Math.round((median(times[name]) - empty) * 100) / 100,
  }));
}

async function bundlePeers(workDirectory: string): Promise<Record<string, string>> {
  const bundles = Object.entries(PEERS).map(async ([name, source]) => {
    const entry = join(workDirectory, `${name}.ts`);
    writeFileSync(entry, source);
    const outfile = await bundle(entry, join(workDirectory, `${name}.mjs`), {
      packages: 'bundle',
      minify: true,
      legalComments: 'none',
      // Drivers that nobody installed; they are loaded on demand only.
      external: ['ioredis', 'knex', 'kysely', 'orchid-orm', '@aws-sdk/*'],
      banner: NEEDS_REQUIRE.includes(name) ? { js: REQUIRE } : {},
    });
    return [name, outfile] as const;
  });
  return Object.fromEntries(await Promise.all(bundles));
}
