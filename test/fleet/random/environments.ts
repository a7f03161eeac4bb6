import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Caller, Load } from './oracle';
import type { RunningTier } from './tiers';
import { HANDLER_VARIABLE, SETTINGS_VARIABLE } from '../../../src/contract/runtime-settings';

const IN_FUNCTION = join(__dirname, 'in-function');

/** Few, so that some are evicted. */
const MAX_ENTRIES = 40;

/** An environment that has served so many programs is ended: it remembers the names of all of their caches. */
const MAX_PROGRAMS = 200;

export interface Request {
  /** The environment is used for another program, under this name. */
  readonly rename?: string;
  readonly answer?: { readonly name: string; readonly outcome: object };
  /** Reach the handler in one tick. */
  readonly invocations?: readonly { readonly id: number; readonly caller: Caller; readonly operations: readonly object[] }[];
  readonly keyOf?: { readonly operation: object; readonly caller: Caller };
}

/** What has happened in an environment since the last one. */
export interface Report {
  readonly began: readonly (Pick<Load, 'name' | 'path' | 'tenant' | 'at'>)[];
  readonly ended: readonly { readonly id: number; readonly outcomes?: readonly Outcome[]; readonly failed?: string }[];
  /** It handles an event, or works after its response. */
  readonly isBusy: boolean;
  readonly key?: string;
}

export interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
}

export interface Kind {
  /** One event at a time. */
  readonly isSerial: boolean;
  /** The folder of the layer. */
  readonly layer: string;
}

/** An environment of the function: a worker thread that runs the built layer. */
export class Environment {
  public programs = 0;
  private waiting = Promise.withResolvers<Report>();

  private constructor(public readonly kind: Kind, private readonly worker: Worker) {
    worker.on('message', (report: Report) => this.waiting.resolve(report));
    worker.on('error', (error) => this.waiting.reject(error));
    // Warnings are no answer; the scenarios of test/api look at them.
    worker.stderr.resume();
    worker.stdout.resume();
  }

  public static async start(kind: Kind, tier: RunningTier, aheadMs: Float64Array): Promise<Environment> {
    const environment = new Environment(kind, new Worker(join(IN_FUNCTION, 'environment.mjs'), {
      workerData: { layer: kind.layer, taskRoot: IN_FUNCTION, aheadMs, isSerial: kind.isSerial },
      execArgv: [],
      stdout: true,
      stderr: true,
      env: {
        ...tier.environment,
        LAMBDA_TASK_ROOT: IN_FUNCTION,
        AWS_LAMBDA_FUNCTION_NAME: 'fleet',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        [HANDLER_VARIABLE]: 'fleet.handler',
        [SETTINGS_VARIABLE]: JSON.stringify({
          namespace: 'fleet', metrics: 'none', maxEntries: MAX_ENTRIES, maxBackgroundMs: 600_000, caching: {}, caches: {}, shared: tier.settings,
        }),
        ...(kind.isSerial
          ? { AWS_LAMBDA_RUNTIME_API: 'lambda.invalid' }
          : { AWS_LAMBDA_MAX_CONCURRENCY: '64', AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' }),
      },
    }));
    await environment.waiting.promise;
    return environment;
  }

  public async send(request: Request): Promise<Report> {
    this.waiting = Promise.withResolvers();
    this.worker.postMessage(request);
    return this.waiting.promise;
  }

  public async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Environments that wait for their next program. To a program, one that has served others is as good as a new one: its keys are its own. */
export class EnvironmentPool {
  private readonly idle: Environment[] = [];

  public constructor(private readonly tier: RunningTier, private readonly aheadMs: Float64Array) {}

  public async take(kind: Kind, name: string): Promise<Environment> {
    const index = this.idle.findIndex((each) => each.kind.isSerial === kind.isSerial && each.kind.layer === kind.layer);
    const environment = index < 0 ? await Environment.start(kind, this.tier, this.aheadMs) : this.idle.splice(index, 1)[0];
    await environment.send({ rename: name });
    return environment;
  }

  public async release(environment: Environment): Promise<void> {
    if (++environment.programs >= MAX_PROGRAMS) {
      await environment.end();
    } else {
      this.idle.push(environment);
    }
  }

  public async end(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((environment) => environment.end()));
  }
}
