import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { EnvironmentStart, Event, Outcome, Harness, TestedEnvironment } from '../../api/harness';
import { functionOf } from '../../api/harnesses/function';
import { LayerWithTier } from '../../api/harnesses/layer-with-tier';
import { REDIS } from '../../api/harnesses/tiers';
import type { Scenario } from '../../api/scenario';
import type { Topology } from '../../fleet/backend';

const CLOCK = join(__dirname, '..', '..', 'api', 'in-function', 'clock.cjs');
const LONGEST_WAIT_MS = 20_000;

// Scenarios look at what is left when all garbage is collected. Workers that start from now on can.
setFlagsFromString('--expose-gc');

/** What is switched on in the layer, and which mutants were reached. */
export interface Switch {
  readonly layer: string;
  mutant?: string;
  readonly covered: Set<string>;
}

/** Starting a process for each environment takes longer than all that most scenarios do in it. */
class WorkerEnvironment implements TestedEnvironment {
  private readonly stdout: Lines;
  private readonly stderr: Lines;
  private marks = 0;
  /** What came before the first event. */
  private before: string[] = [];

  private constructor(private readonly worker: Worker, private readonly mutants: Switch) {
    this.stdout = new Lines(worker.stdout);
    this.stderr = new Lines(worker.stderr);
    worker.on('error', () => {});
  }

  public static async start(mutants: Switch, scenario: Scenario, start: EnvironmentStart, tier?: Topology): Promise<WorkerEnvironment> {
    const { environment } = functionOf(scenario, start, Runtime.NODEJS_24_X, tier);
    const started = new WorkerEnvironment(new Worker(join(__dirname, 'worker.mjs'), {
      workerData: { clock: CLOCK, handlerModule: join(mutants.layer, 'handler.mjs'), originModule: join(start.codeDirectory, 'origin.mjs') },
      execArgv: [],
      stdout: true,
      stderr: true,
      env: {
        ...environment as NodeJS.ProcessEnv,
        LAMBDA_TASK_ROOT: start.codeDirectory,
        AWS_LAMBDA_FUNCTION_NAME: 'GetThing',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
        AWS_LAMBDA_MAX_CONCURRENCY: '64',
        AWS_LAMBDA_NODEJS_WORKER_COUNT: '1',
        AWS_REGION: 'eu-west-1',
        ...(mutants.mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutants.mutant }),
      },
    }), mutants);
    if (tier !== undefined && scenario.variables?.CDK_CACHED_FUNCTION_MODE?.toLowerCase() !== 'off') {
      await started.reachTier();
    }
    return started;
  }

  public async handle(events: readonly Event[]): Promise<readonly Outcome[]> {
    const mark = `mark ${this.marks++}`;
    const answered = once(this.worker, 'message');
    this.worker.postMessage({ events, mark });
    const [{ outcomes, covered }] = await answered as [{ outcomes: readonly Outcome[]; covered: readonly string[] }];
    covered.forEach((mutant) => this.mutants.covered.add(mutant));
    const lines = [...this.before.splice(0), ...await this.stdout.until(mark), ...await this.stderr.until(mark)];
    // What overlapped wrote to one stream: it is counted with the first.
    return outcomes.map((outcome, index) => ({ ...outcome, lines: index === 0 ? lines : [] }));
  }

  public async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private async reachTier(): Promise<void> {
    const end = Date.now() + LONGEST_WAIT_MS;
    const lines: string[] = [];
    for (let isReached: unknown = false; isReached !== true;) {
      if (Date.now() > end) {
        throw new Error(`The shared tier was not reached in ${LONGEST_WAIT_MS} ms.`);
      }
      const [outcome] = await this.handle([{ call: ['isTierReached'] }]);
      isReached = outcome.answer;
      lines.push(...outcome.lines);
    }
    this.before = lines;
  }
}

/** The lines of a stream, up to a mark. */
class Lines {
  private text = '';
  private arrived = Promise.withResolvers<void>();

  public constructor(stream: Readable) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      this.arrived.resolve();
    });
  }

  public async until(mark: string): Promise<readonly string[]> {
    for (;;) {
      const end = this.text.indexOf(`${mark}\n`);
      if (end >= 0) {
        const lines = this.text.slice(0, end).split('\n');
        this.text = this.text.slice(end + mark.length + 1);
        return lines.filter((line) => line !== '');
      }
      this.arrived = Promise.withResolvers();
      await this.arrived.promise;
    }
  }
}

/** The layer with some of its mutants, in memory. */
export function layerInWorker(mutants: Switch): Harness {
  return { name: 'memory', has: ['lambda', 'overlap', 'own clock'], environment: (scenario, start) => WorkerEnvironment.start(mutants, scenario, start) };
}

/** The same in functions that share one Redis. */
export class LayerInWorkerWithRedis extends LayerWithTier {
  public override readonly has = ['lambda', 'overlap', 'fleet', 'redis'] as const;
  public override environment: Harness['environment'] = (scenario, start) => WorkerEnvironment.start(this.mutants, scenario, start, this.tier);

  public constructor(private readonly mutants: Switch) {
    super(REDIS);
  }
}
