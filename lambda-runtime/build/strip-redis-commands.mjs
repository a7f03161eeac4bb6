import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changing } from './must-match.mjs';

const client = dirname(createRequire(import.meta.url).resolve('iovalkey'));
const nothing = fileURLToPath(new URL('stubs/empty.mjs', import.meta.url));

/**
 * An esbuild plugin that removes commands from iovalkey's table that neither the files that use the client nor its own code name.
 * When it is loaded, it creates methods for all of Redis's commands, of which only a handful are ever called. Also removes what it never runs.
 *
 * @param folder the folder whose files use the client
 */
export function dropUnusedCommands(folder) {
  return changing('unused-commands', ['commands.json', 'SentinelConnector', 'redis-errors'], (build, matched) => {
    build.onLoad({ filter: /\/@iovalkey\/commands\/dist\/commands\.json$/ }, ({ path }) => {
      const named = new Set([...namesUnder(folder), ...namesUnder(client)]);
      const all = Object.entries(JSON.parse(readFileSync(path, 'utf8')));
      const used = all.filter(([command]) => named.has(command));
      if (used.length < all.length) {
        matched('commands.json');
      }
      return { contents: JSON.stringify(Object.fromEntries(used)), loader: 'json' };
    });
    // We do not use Redis Sentinel.
    build.onResolve({ filter: /\/SentinelConnector$/ }, () => {
      matched('SentinelConnector');
      return { path: nothing };
    });
    // Its errors for Node.js before version 7.
    build.onResolve({ filter: /^\.\/lib\/old$/ }, ({ importer }) => {
      if (!/redis-errors\/index\.js$/.test(importer)) {
        return undefined;
      }
      matched('redis-errors');
      return { path: nothing };
    });
  });
}

/** Possible command names: words after a dot or a quotation mark, with or without the suffix `Buffer`. */
function namesUnder(folder) {
  const code = readdirSync(folder, { recursive: true })
    .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/^\s*(\/?\*|\/\/).*$/gm, ''))
    .join('\n');
  return [...code.matchAll(/[.'"`]([a-z]+)(?:Buffer)?\b/g)].map(([, name]) => name);
}
