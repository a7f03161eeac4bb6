import { dirname, join } from 'node:path';

/**
 * The possible directories of a package, the nearest first. Searches where Node.js would instead of asking it: test runners resolve modules
 * in their own ways, and a binary is not a module.
 */
export function inNodeModules(packageName: string): string[] {
  const candidates: string[] = [];
  for (let directory = __dirname; ; directory = dirname(directory)) {
    candidates.push(join(directory, 'node_modules', packageName));
    if (directory === dirname(directory)) return candidates;
  }
}
