import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The most log lines that are kept. */
const LOG_LINES = 1_000;

/** After this time, waiting for a log line fails. */
const LONGEST_WAIT_MS = 60_000;

/** Ends a process when its parent does: a test that fails must not leave one behind. Linux has it. */
const DIE_WITH_PARENT = '/usr/bin/setpriv';

/** For other systems; but jest does not notify tests when their process ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** How a server is started. */
export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A real server in a separate process on 127.0.0.1, which a test can stop, freeze and restart on the same port. */
export abstract class ServerProcess {
  private process?: ChildProcess;
  private readonly lines: string[] = [];
  private forgotten = 0;
  private waiting: (() => void)[] = [];

  protected constructor(public readonly port: number) {}

  public get isRunning(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  public get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Stops it gracefully, or with SIGKILL like a failing machine. Its memory is lost. */
  public async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.isRunning) {
      const exited = once(this.process!, 'exit');
      this.process!.kill('SIGCONT');
      this.process!.kill(signal);
      await exited;
    }
  }

  /** Restarts it on the same port, empty. */
  public async restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** It does not answer, but the kernel still accepts connections and bytes for it. */
  public freeze(): void {
    this.process!.kill('SIGSTOP');
  }

  public thaw(): void {
    this.process!.kill('SIGCONT');
  }

  /** Stops it, and removes everything that was created for it. */
  public async stop(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** The number of lines that it has logged so far. */
  public get logLength(): number {
    return this.forgotten + this.lines.length;
  }

  /** Resolves when it has logged such a line, after the first `since` of them. Rejects if it ends before, or in a minute. */
  public async logged(pattern: RegExp, since = 0): Promise<void> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.wake();
    }, LONGEST_WAIT_MS);
    try {
      while (!this.lines.slice(Math.max(0, since - this.forgotten)).some((line) => pattern.test(line))) {
        if (isLate || !this.isRunning) {
          const what = isLate ? `has not logged ${pattern} in ${LONGEST_WAIT_MS} ms` : `ended before it logged ${pattern}`;
          throw new Error(`The server on port ${this.port} ${what}:\n${this.lines.slice(-10).join('\n')}`);
        }
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when it accepts requests. */
  protected async begin(): Promise<void> {
    const since = this.logLength;
    const { executable, args, env } = this.command();
    const [first, ...others] = [...(existsSync(DIE_WITH_PARENT) ? [DIE_WITH_PARENT, '--pdeathsig', 'KILL', '--'] : []), executable, ...args];
    const child = spawn(first, others, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.process = child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => this.log(line));
    }
    child.on('exit', () => {
      running.delete(child);
      this.wake();
    });
    await this.ready(since);
  }

  protected abstract command(): Command;

  /** Resolves when it accepts requests. Its log since the start begins after the first `since` lines. */
  protected abstract ready(since: number): Promise<void>;

  /** Called with every line that it logs. */
  protected log(line: string): void {
    this.lines.push(line);
    if (this.lines.length > LOG_LINES) {
      this.lines.shift();
      this.forgotten++;
    }
    this.wake();
  }

  private wake(): void {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }
}
