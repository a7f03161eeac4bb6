import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from './bootstrap';
import { CapturedOutput } from './captured-output';

/** How a process ended. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Ends the process when its parent ends, even if that is killed: a frozen process would otherwise stay forever. */
const DIE_WITH_PARENT = '/usr/bin/setpriv';

/** The processes of one environment: the runtime's, and any that the function has started. */
export class SandboxProcess {
  readonly pid: number;
  readonly exited: Promise<ExitStatus>;
  private readonly stdout: CapturedOutput;
  private readonly stderr: CapturedOutput;
  private exitStatus?: ExitStatus;

  /**
   * @param directory - for its files
   * @param cwd - the process's working directory
   */
  constructor(command: Command, directory: string, cwd: string) {
    this.stdout = new CapturedOutput(join(directory, 'stdout'));
    this.stderr = new CapturedOutput(join(directory, 'stderr'));
    const [executable, args] = existsSync(DIE_WITH_PARENT)
      ? [DIE_WITH_PARENT, ['--pdeathsig', 'KILL', '--', command.executable, ...command.args]]
      : [command.executable, [...command.args]];
    // A process group of its own, so that signals reach its children too.
    const child = spawn(executable, args, { cwd, env: command.variables, detached: true, stdio: ['ignore', this.stdout.fd, this.stderr.fd] });
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        this.exitStatus = { code, signal };
        // Children that outlive the runtime would keep the environment alive.
        this.signal('SIGKILL');
        resolve(this.exitStatus);
      });
    });
    this.exited.catch(() => {});
    if (child.pid === undefined) throw new Error(`Could not start ${executable}: does it exist, and the directory ${cwd}?`);
    this.pid = child.pid;
  }

  /** Sends a signal to the runtime and its children. */
  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /**
   * The private bytes of the runtime's process; 0 when it has ended. File pages don't count: how many of Node.js's are resident
   * depends on the kernel, and all of them can be dropped.
   */
  memoryBytes(): number {
    if (this.exitStatus) return 0;
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      const kilobytes = ['RssAnon', 'RssShmem'].map(name => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0));
      return kilobytes.reduce((sum, each) => sum + each) * 1024;
    } catch {
      return 0;
    }
  }

  /** The lines written since the last call; while the process is writing, `wholeOnly` leaves a last line without a line feed. */
  takeLines(wholeOnly = false): { stdout: string[]; stderr: string[] } {
    return { stdout: this.stdout.takeLines(wholeOnly), stderr: this.stderr.takeLines(wholeOnly) };
  }

  /** Frees disk space; only while the process is stopped. */
  shrinkOutput(): void {
    this.stdout.shrink();
    this.stderr.shrink();
  }

  /** Closes the files, after the process has exited. */
  close(): void {
    this.stdout.close();
    this.stderr.close();
  }
}
