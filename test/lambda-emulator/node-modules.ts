import { dirname, join } from 'node:path';

/**
 * Where a package may be, the nearest first. Looks where Node.js would, rather than asking it: test runners resolve modules in their
 * own ways, and a binary is no module.
 */
export function inNodeModules(packageName: string): string[] {
  const candidates: string[] = [];
  for (let directory = __dirname; ; directory = dirname(directory)) {
    candidates.push(join(directory, 'node_modules', packageName));
    if (directory === dirname(directory)) return candidates;
  }
}
