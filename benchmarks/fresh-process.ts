import { fork } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { build, type BuildOptions } from 'esbuild';

/** Bundles a TypeScript file for Node.js; packages are left where they are unless the options say otherwise. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<string> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: outfile.endsWith('.mjs') ? 'esm' : 'cjs',
    packages: 'external',
    logLevel: 'warning',
    ...options,
  });
  return outfile;
}

export interface ProcessOptions {
  /** All that the script finds in its environment, beside the PATH. */
  readonly environment?: Record<string, string>;
  readonly nodeFlags?: readonly string[];
}

export interface ProcessResult<M> {
  /** What the script passed to `process.send`. */
  readonly message: M;
  readonly stdout: string;
}

/**
 * Runs a script in a Node.js process of its own and waits for its end: no caches of modules or code, no loader hooks, no
 * compiled functions, and no garbage are left from whatever ran before.
 *
 * @throws Error with what the script wrote to stderr, if it fails.
 */
export async function runInFreshProcess<M>(
  script: string,
  args: readonly string[] = [],
  { environment = {}, nodeFlags = [] }: ProcessOptions = {},
): Promise<ProcessResult<M>> {
  const child = fork(script, args, {
    execPath: process.execPath,
    execArgv: [...nodeFlags],
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let message: M | undefined;
  child.on('message', (sent) => {
    message = sent as M;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  if (exitCode !== 0 || message === undefined) {
    // The end only: what failed may be one line of a whole minified library.
    throw new Error(`${script} ${args.join(' ')} ended with exit code ${exitCode}.\n${stderr.slice(-2_000)}`);
  }
  return { message, stdout };
}
