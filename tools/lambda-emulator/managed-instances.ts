import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmulatedFunction } from './emulated-function';
import { FunctionDefinition } from './function-definition';
import { Invocation, InvokeOptions, LogLine } from './invocation';
import { ManagedInstanceEnvironment, ManagedInstanceSettings } from './managed-instance-environment';
import { MemoryWatch } from './memory-watch';
import { findBinaries } from './node-binaries';
import { OptDirectory } from './opt-directory';
import { RequestQueue } from './request-queue';
import { newRequest, PendingRequest } from './requests';
import { installRuntimeClient } from './runtime-client';

const DEFAULT_UV_THREADS = 4;

/** The setup of the function's capacity provider and its environments. */
export interface ManagedInstancesOptions {
  /** The number of environments: each is a process with its own workers. @default 1 */
  readonly environments?: number;
  /** The most requests that an environment has at a time (`PerExecutionEnvironmentMaxConcurrency`). More wait. @default 64 */
  readonly maxConcurrency?: number;
  /** The worker threads of an environment (`AWS_LAMBDA_NODEJS_WORKER_COUNT`). @default 8, which the client starts for one vCPU */
  readonly workers?: number;
  /** @default 30000: all workers start at the same time */
  readonly initTimeoutMs?: number;
  /** Kills environments whose process, all workers together, exceeds the function's memory. @default true */
  readonly enforceMemory?: boolean;
  /** As in `EmulatorOptions`. @default false */
  readonly fastInit?: boolean;
  /** Gets the lines that environments write. */
  readonly onLog?: (line: LogLine) => void;
}

/**
 * AWS Lambda for one function on Managed Instances: Lambda's own runtime client in its multi-concurrency mode. Environments start
 * before there is a request, are never frozen, and serve many requests at once in worker threads, any tenant's.
 *
 * A process's output belongs to no invocation: a worker's lines appear after its response, among those of others. So `stdout` and `stderr`
 * of results are empty; see `logs`.
 */
export class ManagedInstances implements EmulatedFunction {
  /** Starts the environments; `ready()` waits for them. Throws if something is missing; the message names the remedy. */
  static async start(definition: FunctionDefinition, options: ManagedInstancesOptions = {}): Promise<ManagedInstances> {
    return new ManagedInstances(definition, options);
  }

  private readonly directory: string;
  private readonly settings: ManagedInstanceSettings;
  private readonly memoryWatch = new MemoryWatch();
  private readonly live: ManagedInstanceEnvironment[] = [];
  private readonly dying = new Set<Promise<void>>();
  private readonly queue = new RequestQueue();
  private readonly written: LogLine[] = [];
  private readonly count: number;
  private readonly maxConcurrency: number;
  private started = 0;
  private stopped = false;

  private constructor(definition: FunctionDefinition, options: ManagedInstancesOptions) {
    const { node, runtimeClient } = findBinaries(definition);
    const codeDirectory = resolve(definition.codeDirectory);
    if (!statSync(codeDirectory, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`There is no code directory ${codeDirectory}`);
    const { environments = 1, maxConcurrency = 64, workers = 8 } = options;
    this.count = environments;
    this.maxConcurrency = maxConcurrency;
    this.directory = mkdtempSync(join(tmpdir(), 'managed-instances-'));
    const runtimeDirectory = join(this.directory, 'runtime');
    installRuntimeClient(runtimeClient, runtimeDirectory);
    const variables = {
      AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
      AWS_LAMBDA_MAX_CONCURRENCY: String(maxConcurrency),
      AWS_LAMBDA_NODEJS_WORKER_COUNT: String(workers),
    };
    this.settings = {
      definition: { ...definition, codeDirectory, environment: { ...variables, ...definition.environment } },
      binaries: { node, runtimeDirectory },
      opt: new OptDirectory(definition.layerDirectories, join(this.directory, 'opt')),
      // Each worker waits in a thread of libuv's pool, whose size limits how many can poll at a time.
      expectedWorkers: Math.min(workers, Number(definition.environment.UV_THREADPOOL_SIZE) || DEFAULT_UV_THREADS),
      initTimeoutMs: options.initTimeoutMs ?? 30_000,
      enforceMemory: options.enforceMemory ?? true,
      fastInit: options.fastInit ?? false,
      memoryWatch: this.memoryWatch,
      onLog: line => {
        this.written.push(line);
        options.onLog?.(line);
      },
      onFree: () => this.dispatch(),
      onDead: environment => this.onDead(environment),
    };
    for (let i = 0; i < environments; i++) this.startEnvironment();
  }

  get environments(): readonly ManagedInstanceEnvironment[] {
    return this.live;
  }

  get startedEnvironments(): number {
    return this.started;
  }

  /** All lines written so far; those of the console and of metrics with the request id that they contain. */
  get logs(): readonly LogLine[] {
    for (const environment of this.live) environment.readLogs();
    return this.written;
  }

  /** Resolves when the workers of every environment have asked for an event; rejects if INIT fails. */
  async ready(): Promise<void> {
    await Promise.all(this.live.map(environment => environment.ready));
  }

  /** Sends a request, as a synchronous `Invoke` does. See `LambdaEmulator.invoke()`; the invocation ends with its response. */
  invoke(event: unknown, options: InvokeOptions = {}): Invocation {
    return newRequest(event, options, request => {
      if (this.stopped) throw new Error('The emulator was stopped');
      const { environmentId } = options;
      if (environmentId !== undefined && !this.live.some(({ id }) => id === environmentId)) {
        throw new Error(`There is no environment ${environmentId} (any more)`);
      }
      this.queue.add(request);
      while (this.live.length < this.count) this.startEnvironment();
      this.dispatch();
    });
  }

  /** Ends environments and starts others. Requests under way fail. */
  async recycle(environmentId?: string): Promise<void> {
    const targets = this.live.filter(({ id }) => environmentId === undefined || id === environmentId);
    await Promise.all(targets.map(environment => environment.destroy()));
    while (this.live.length < this.count) this.startEnvironment();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const request of this.queue.takeAll()) request.reject(new Error('The emulator was stopped'));
    await Promise.all([...this.live].map(environment => environment.destroy()));
    await Promise.all(this.dying);
    this.memoryWatch.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private startEnvironment(): void {
    const id = `instance-${++this.started}`;
    this.live.push(new ManagedInstanceEnvironment(id, this.settings, join(this.directory, id)));
  }

  /** Sends requests to the environments that have the fewest. */
  private dispatch(): void {
    const free = () => this.live.filter(({ load }) => load < this.maxConcurrency).sort((a, b) => a.load - b.load);
    for (let environments = free(); environments.length > 0; environments = free()) {
      const oneFor = ({ options }: PendingRequest) => environments.find(({ id }) => [undefined, id].includes(options.environmentId));
      const request = this.queue.take(candidate => oneFor(candidate) !== undefined);
      if (!request) return;
      oneFor(request)!.run(request);
    }
  }

  private onDead(environment: ManagedInstanceEnvironment): void {
    this.live.splice(this.live.indexOf(environment), 1);
    const gone = environment.gone.finally(() => this.dying.delete(gone));
    this.dying.add(gone);
    for (const request of this.queue.takeFor(environment.id)) request.reject(new Error(`Environment ${environment.id} died`));
    if (!this.stopped && this.queue.has(() => true)) {
      while (this.live.length < this.count) this.startEnvironment();
      this.dispatch();
    }
  }
}
