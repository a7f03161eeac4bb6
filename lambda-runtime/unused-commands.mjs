import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const client = dirname(createRequire(import.meta.url).resolve('iovalkey'));
const nothing = fileURLToPath(new URL('nothing.mjs', import.meta.url));

/**
 * An esbuild plugin that leaves out of iovalkey's table of commands what nobody names: neither the files that use the client nor its own.
 * Whenever it is loaded it makes methods of all the commands that Redis has, of which a handful are ever called.
 *
 * @param folder whose files use the client
 */
export function dropUnusedCommands(folder) {
  return {
    name: 'unused-commands',
    setup(build) {
      build.onLoad({ filter: /\/@iovalkey\/commands\/dist\/commands\.json$/ }, ({ path }) => {
        const named = new Set([...namesUnder(folder), ...namesUnder(client)]);
        const used = Object.entries(JSON.parse(readFileSync(path, 'utf8'))).filter(([command]) => named.has(command));
        return { contents: JSON.stringify(Object.fromEntries(used)), loader: 'json' };
      });
      // Nothing of ours asks sentinels who the primary is.
      build.onResolve({ filter: /\/SentinelConnector$/ }, () => ({ path: nothing }));
    },
  };
}

/** Whatever may be the name of a command: a word that follows a dot or a quotation mark, with or without its `Buffer`. */
function namesUnder(folder) {
  const code = readdirSync(folder, { recursive: true })
    .filter((file) => /\.(js|ts)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/^\s*(\/?\*|\/\/).*$/gm, ''))
    .join('\n');
  return [...code.matchAll(/[.'"`]([a-z]+)(?:Buffer)?\b/g)].map(([, name]) => name);
}
