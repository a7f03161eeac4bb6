import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmulatedFunction } from './emulated-function';
import { Environment } from './environment';
import { EnvironmentSettings, ExecutionEnvironment } from './execution-environment';
import { ClockMode, missingFakeClock } from './fake-clock';
import { FunctionDefinition } from './function-definition';
import { Invocation, InvokeOptions, LogLine } from './invocation';
import { MemoryWatch } from './memory-watch';
import { findBinaries } from './node-binaries';
import { OptDirectory } from './opt-directory';
import { RequestQueue } from './request-queue';
import { newRequest, PendingRequest } from './requests';
import { installRuntimeClient } from './runtime-client';

/** How the emulator differs from AWS Lambda's defaults. */
export interface EmulatorOptions {
  /** How far the function may scale out: the function's reserved concurrency. Requests beyond it wait. @default 10 */
  readonly maxEnvironments?: number;
  /** @default 10000 */
  readonly initTimeoutMs?: number;
  /** Stops environments that wait for a request. @default true */
  readonly freeze?: boolean;
  /** Kills environments that exceed the function's memory. @default true */
  readonly enforceMemory?: boolean;
  /**
   * Enables `Environment.advanceClocks()`, with libfaketime (`apt-get install faketime`). With `true` and `'stands-still'`, only the wall
   * clock moves; with `'moves-along'`, the monotonic clock moves with it. It is slow, since every reading of a clock reads a file.
   *
   * @default false
   */
  readonly fakeMonotonicClock?: boolean | ClockMode;
  /**
   * Whether extensions or the runtime get an invocation's event first; the other gets it 25 ms later.
   *
   * @default - both at once, in pseudo-random order: Lambda promises none
   */
  readonly extensionFirst?: boolean;
  /**
   * Saves a third of an environment's start: `gc()` is there without Lambda's flag `--expose-gc`, with which Node.js has to compile its own
   * modules. Preloaded modules and the function's own worker threads have no `gc()`. For tests; INIT's duration is not Lambda's.
   *
   * @default false
   */
  readonly fastInit?: boolean;
  /** The compiled `rapid-client.node` of aws-lambda-ric. @default - a JavaScript replacement that behaves the same */
  readonly nativeAddon?: string;
  /** Gets the lines that environments write: those of an invocation when it ends, not before. */
  readonly onLog?: (line: LogLine) => void;
}

/**
 * AWS Lambda for one function: environments start when requests need them, are frozen between requests, and are killed when they exceed
 * their time or memory. Each runs Lambda's own runtime client on Lambda's version of Node.js, in a separate process.
 *
 * ```ts
 * const emulator = await LambdaEmulator.start({
 *   functionName: 'hello', handler: 'index.handler', codeDirectory: '/path', layerDirectories: [], environment: {},
 *   runtime: 'nodejs24.x', memorySizeMb: 128, timeoutMs: 3000,
 * });
 * const { payload, coldStart } = await emulator.invoke({ name: 'world' });
 * await emulator.stop();
 * ```
 */
export class LambdaEmulator implements EmulatedFunction {
  /** Prepares the function; the first request starts the first environment. Throws if something is missing; the message names the remedy. */
  static async start(definition: FunctionDefinition, options: EmulatorOptions = {}): Promise<LambdaEmulator> {
    return new LambdaEmulator(definition, options);
  }

  private readonly directory: string;
  private readonly settings: EnvironmentSettings;
  private readonly memoryWatch = new MemoryWatch();
  private readonly maxEnvironments: number;
  private readonly live: ExecutionEnvironment[] = [];
  /** The environments that can take a request, the most recently used last. */
  private readonly waiting: ExecutionEnvironment[] = [];
  /** Environments whose process is starting. */
  private readonly starting = new Set<Promise<void>>();
  /** Environments whose process is ending. */
  private readonly dying = new Set<Promise<void>>();
  /** Environments that get no more requests, and may be busy with their last one. */
  private readonly recycling = new Set<ExecutionEnvironment>();
  private readonly queue = new RequestQueue();
  private started = 0;
  private stopped = false;

  private constructor(definition: FunctionDefinition, options: EmulatorOptions) {
    const { node, runtimeClient } = findBinaries(definition);
    const codeDirectory = resolve(definition.codeDirectory);
    if (!statSync(codeDirectory, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`There is no code directory ${codeDirectory}`);
    if (definition.environment.AWS_LAMBDA_MAX_CONCURRENCY !== undefined) {
      throw new Error('AWS_LAMBDA_MAX_CONCURRENCY is Lambda Managed Instances\': use ManagedInstances.start()');
    }
    const { fakeMonotonicClock } = options;
    const missingClock = fakeMonotonicClock ? missingFakeClock() : undefined;
    if (missingClock) throw new Error(missingClock);
    this.maxEnvironments = options.maxEnvironments ?? 10;
    this.directory = mkdtempSync(join(tmpdir(), 'lambda-emulator-'));
    const runtimeDirectory = join(this.directory, 'runtime');
    installRuntimeClient(runtimeClient, runtimeDirectory, options.nativeAddon);
    this.settings = {
      definition: { ...definition, codeDirectory },
      binaries: { node, runtimeDirectory },
      opt: new OptDirectory(definition.layerDirectories, join(this.directory, 'opt')),
      initTimeoutMs: options.initTimeoutMs ?? 10_000,
      freeze: options.freeze ?? true,
      enforceMemory: options.enforceMemory ?? true,
      // Only the replacement of the addon adds gc().
      fastInit: options.fastInit === true && options.nativeAddon === undefined,
      clockMode: fakeMonotonicClock === true ? 'stands-still' : fakeMonotonicClock || undefined,
      memoryWatch: this.memoryWatch,
      extensionFirst: options.extensionFirst,
      onLog: options.onLog,
      hasRequestFor: environment => this.queue.has(request => this.serves(environment, request)),
      onIdle: environment => this.onIdle(environment),
      onDead: environment => this.onDead(environment),
    };
  }

  /** The live environments, including those in INIT. */
  get environments(): readonly Environment[] {
    return this.live;
  }

  /** How many environments there have been. */
  get startedEnvironments(): number {
    return this.started;
  }

  /**
   * Sends a request to the function, as a synchronous `Invoke` does.
   *
   * An error in the function does not reject: see `functionError`. It rejects only if the request could not be passed to a function.
   *
   * @param event - any JSON value
   * @returns a promise of the invocation's end, which includes the work after the response; `.response` resolves earlier
   */
  invoke(event: unknown, options: InvokeOptions = {}): Invocation {
    return newRequest(event, options, request => this.dispatch(request));
  }

  /**
   * Ends environments as Lambda does every few hours and after every deployment: the next request starts a new one. Busy environments end
   * after their invocation.
   *
   * @param environmentId - the only one to end; else all
   */
  async recycle(environmentId?: string): Promise<void> {
    const targets = environmentId === undefined ? [...this.live] : [this.find(environmentId)];
    await Promise.all(targets.map(async environment => {
      this.recycling.add(environment);
      // An environment that dies earlier has ended too.
      await environment.idle().catch(() => {});
      await environment.shutdown();
      this.recycling.delete(environment);
    }));
  }

  /** Ends everything at once, and removes its files. Requests under way fail. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const request of this.queue.takeAll()) request.reject(new Error('The emulator was stopped'));
    await Promise.all(this.starting);
    // A copy, since environments that die leave the list.
    await Promise.all([...this.live].map(environment => environment.destroy()));
    await Promise.all(this.dying);
    this.memoryWatch.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private dispatch(request: PendingRequest): void {
    if (this.stopped) throw new Error('The emulator was stopped');
    const { environmentId } = request.options;
    if (environmentId !== undefined) this.find(environmentId);
    const environment = this.takeWaiting(candidate => this.serves(candidate, request));
    if (environment) {
      environment.run(request);
    } else {
      this.queue.add(request);
      this.scaleOut();
    }
  }

  /** Starts environments for requests that wait for any, replacing another tenant's if necessary. */
  private scaleOut(): void {
    while (!this.stopped && this.live.length + this.starting.size < this.maxEnvironments) {
      const request = this.queue.take(takesAny);
      if (!request) return;
      const id = `environment-${++this.started}`;
      const starting = ExecutionEnvironment.start(id, this.settings, join(this.directory, id), request)
        .then(environment => void this.live.push(environment), error => request.reject(error))
        .finally(() => {
          this.starting.delete(starting);
          this.scaleOut();
        });
      this.starting.add(starting);
    }
    // An idle environment that left a request in the queue belongs to another tenant.
    if (this.waiting.length > 0 && this.queue.has(takesAny)) this.retire(this.waiting[0].shutdown());
  }

  private onIdle(environment: ExecutionEnvironment): void {
    const request = this.queue.take(candidate => this.serves(environment, candidate));
    if (request) {
      environment.run(request);
    } else {
      this.waiting.push(environment);
    }
  }

  private onDead(environment: ExecutionEnvironment): void {
    remove(this.live, environment);
    remove(this.waiting, environment);
    this.retire(environment.gone);
    for (const request of this.queue.takeFor(environment.id)) request.reject(new Error(`Environment ${environment.id} died`));
    this.scaleOut();
  }

  private retire(gone: Promise<void>): void {
    const settled = gone.finally(() => this.dying.delete(settled));
    this.dying.add(settled);
  }

  private takeWaiting(fits: (environment: ExecutionEnvironment) => boolean): ExecutionEnvironment | undefined {
    for (let i = this.waiting.length - 1; i >= 0; i--) {
      if (fits(this.waiting[i])) return this.waiting.splice(i, 1)[0];
    }
    return undefined;
  }

  /** A tenant's environments serve only that tenant, and the others serve no tenant. */
  private serves(environment: ExecutionEnvironment, { options }: PendingRequest): boolean {
    return environment.tenantId === options.tenantId && !this.recycling.has(environment)
      && (options.environmentId === undefined || options.environmentId === environment.id);
  }

  private find(environmentId: string): ExecutionEnvironment {
    const environment = this.live.find(candidate => candidate.id === environmentId);
    if (!environment) throw new Error(`There is no environment ${environmentId} (any more)`);
    return environment;
  }
}

function takesAny({ options }: PendingRequest): boolean {
  return options.environmentId === undefined;
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
