import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CapturedOutput } from '../../../tools/lambda-emulator/captured-output';
import { temporaryDirectory } from '../../equipment/node-process';
import type { Event, Outcome, TestedEnvironment } from '../harness';

/** An environment as one Node.js process, whose handler is called as often at once as the test wants. */
export class HostProcess implements TestedEnvironment {
  private constructor(private readonly child: ChildProcess, private readonly output: CapturedOutput) {}

  /** @param handler - the module that exports `handler` */
  public static async start(handler: string, originModule: string, variables: NodeJS.ProcessEnv): Promise<HostProcess> {
    const output = new CapturedOutput(join(temporaryDirectory(), 'output'));
    const child = spawn(process.execPath, [join(__dirname, '..', 'in-function', 'process.mjs')], {
      // Files: a process's output is complete when it reports that it is done.
      stdio: ['ignore', output.fd, output.fd, 'ipc'],
      env: { PATH: process.env.PATH, TEST_HANDLER: handler, TEST_ORIGIN_MODULE: originModule, ...variables },
    });
    const started = new HostProcess(child, output);
    await started.message();
    return started;
  }

  public async handle(events: readonly Event[]): Promise<readonly Outcome[]> {
    this.child.send({ events });
    const outcomes = await this.message() as Omit<Outcome, 'lines'>[];
    const lines = this.output.takeLines();
    // What overlapped wrote to one stream: it is counted with the first.
    return outcomes.map((outcome, index) => ({ ...outcome, lines: index === 0 ? lines : [] }));
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    this.output.close();
  }

  private async message(): Promise<unknown> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
      return await Promise.race([
        once(this.child, 'message', { signal }).then(([message]) => message as unknown),
        once(this.child, 'exit', { signal }).then(() => {
          throw new Error(`The process ended: ${this.output.takeLines().join('\n')}`);
        }),
      ]);
    } finally {
      waiting.abort();
    }
  }
}
