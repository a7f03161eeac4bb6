import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const RUNTIME = join(__dirname, '..', '..', 'lambda-runtime');

/**
 * Runs an ES module in a Node.js process of its own, for what cannot be seen inside jest: the real heap, one realm, real
 * module loading. The module may import from `lambda-runtime/`; what it prints last, as JSON, is the result.
 */
export function runModule<T>(source: string, options: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {}): T {
  const bundle = join(temporaryDirectory(), 'module.mjs');
  buildSync({
    stdin: { contents: source, resolveDir: join(RUNTIME, '..'), loader: 'ts' },
    bundle: true, platform: 'node', format: 'esm', target: 'node22', outfile: bundle, logLevel: 'warning',
  });
  return runFile<T>(bundle, options);
}

function runFile<T>(file: string, { flags = [], env = process.env }: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv }): T {
  const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as T;
}

/** A new directory with the files, by their paths in it. */
export function temporaryDirectory(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'cached-function-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content);
  }
  return directory;
}
