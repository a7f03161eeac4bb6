import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
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
  /** The script's whole environment, besides the PATH. */
  readonly environment?: Record<string, string>;
  readonly nodeFlags?: readonly string[];
  /** The Node.js that runs it. Default: this process's. */
  readonly node?: string;
}

/**
 * A script in a new Node.js process: without module or code caches, loader hooks, compiled functions and garbage from earlier
 * code.
 */
export class FreshProcess {
  private readonly child: ChildProcess;
  private readonly stdout: Promise<string>;

  public constructor(private readonly script: string, private readonly args: readonly string[], options: ProcessOptions = {}) {
    this.child = fork(script, args, {
      execPath: options.node ?? process.execPath,
      execArgv: [...options.nodeFlags ?? []],
      env: { PATH: process.env.PATH, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.stdout = this.run();
    // All waiters for a message or the end get the error.
    this.stdout.catch(() => {});
  }

  public get pid(): number {
    return this.child.pid!;
  }

  public send(message: string): void {
    this.child.send(message);
  }

  /** The next message that the script passes to `process.send`. */
  public async nextMessage<M>(): Promise<M> {
    const ended = this.stdout.then((): never => {
      throw new Error(`${this.script} ended without the message that was expected.`);
    });
    const [message] = await Promise.race([once(this.child, 'message') as Promise<[M]>, ended]);
    return message;
  }

  /**
   * Its stdout, when it has ended.
   *
   * @throws Error with its stderr, if it failed.
   */
  public end(): Promise<string> {
    return this.stdout;
  }

  private async run(): Promise<string> {
    const closed = once(this.child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [exitCode]] = await Promise.all([text(this.child.stdout!), text(this.child.stderr!), closed]);
    if (exitCode !== 0) {
      // Only the end, since the failing line may be a whole minified library.
      throw new Error(`${this.script} ${this.args.join(' ')} ended with exit code ${exitCode}.\n${stderr.slice(-2_000)}`);
    }
    return stdout;
  }
}

/** Runs a script that sends one message. */
export async function runInFreshProcess<M>(script: string, args: readonly string[], options?: ProcessOptions): Promise<M> {
  const child = new FreshProcess(script, args, options);
  const message = await child.nextMessage<M>();
  await child.end();
  return message;
}
