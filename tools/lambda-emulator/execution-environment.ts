import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ActiveInvocation } from './active-invocation';
import { bootstrapCommand, functionArn } from './bootstrap';
import { Environment, EnvironmentState } from './environment';
import { ClockMode, FakeClock } from './fake-clock';
import { FunctionDefinition } from './function-definition';
import { FunctionError, LogLine } from './invocation';
import { MemoryWatch, Watched } from './memory-watch';
import { RuntimeBinaries } from './node-binaries';
import { OptDirectory } from './opt-directory';
import { OUT_OF_MEMORY, PlatformError, platformError, runtimeExited, timedOut } from './platform-errors';
import { PendingRequest, unsampledTrace } from './requests';
import { RuntimeApi } from './runtime-api';
import { ExitStatus, SandboxProcess } from './sandbox-process';

/** How long a runtime with extensions may take to shut down, and a runtime whose INIT failed to write its final output. */
const SHUTDOWN_MS = 500;

/** The settings that all of a function's environments share. */
export interface EnvironmentSettings {
  readonly definition: FunctionDefinition;
  readonly binaries: RuntimeBinaries;
  readonly opt: OptDirectory;
  readonly initTimeoutMs: number;
  readonly freeze: boolean;
  readonly enforceMemory: boolean;
  readonly fastInit: boolean;
  readonly clockMode?: ClockMode;
  readonly memoryWatch: MemoryWatch;
  /** Whether extensions or the runtime get an event first; undefined: both at once. */
  readonly extensionFirst?: boolean;
  onLog?(line: LogLine): void;
  hasRequestFor(environment: ExecutionEnvironment): boolean;
  /** The environment can take a request. */
  onIdle(environment: ExecutionEnvironment): void;
  /** The environment can't take a request ever again. */
  onDead(environment: ExecutionEnvironment): void;
}

/** Starts one process and manages its life cycle: INIT, invocations with freezes between them, death. */
export class ExecutionEnvironment implements Environment, Watched {
  /** Starts INIT for a request. Rejects if the process cannot even start; a failed INIT fails the request. */
  static async start(id: string, settings: EnvironmentSettings, directory: string, request: PendingRequest): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(id, settings, directory, request.options.tenantId);
    await environment.init(request);
    return environment;
  }

  state: EnvironmentState = 'init';
  invocations = 0;
  /** Resolves when the process is gone and its last invocation has ended. */
  readonly gone: Promise<void>;
  private readonly api: RuntimeApi;
  private readonly clock?: FakeClock;
  private process!: SandboxProcess;
  private active?: ActiveInvocation;
  private initTimer?: NodeJS.Timeout;
  /** Why it was killed, or is about to die. */
  private fatalError?: PlatformError;
  /** The runtime's reason for a failed INIT, which the caller gets unchanged. */
  private initErrorBody?: Buffer;
  private knownPeak = 0;
  private idleWaiters: { resolve(): void; reject(error: Error): void }[] = [];
  private setGone!: () => void;

  private constructor(
    readonly id: string, private readonly settings: EnvironmentSettings, private readonly directory: string, readonly tenantId?: string,
  ) {
    mkdirSync(directory, { recursive: true });
    this.gone = new Promise(resolve => this.setGone = resolve);
    if (settings.clockMode) this.clock = new FakeClock(settings.clockMode, join(directory, 'clock'));
    this.api = new RuntimeApi(settings.definition, {
      onParked: () => this.onParked(),
      onResponse: response => this.active?.responded === false && this.active.respond(response),
      onInitError: (error, body) => this.onInitError(error, body),
      onExtensionFailure: (phase, errorType) => this.kill(platformError(phase === 'init' ? 'Extension.InitError' : 'Extension.ExitError', errorType)),
    });
  }

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.state === 'init' || this.state === 'busy' || this.state === 'idle';
  }

  get peakMemoryBytes(): number {
    return this.knownPeak = Math.max(this.knownPeak, this.memoryBytes());
  }

  /** Sends a waiting environment its next request. */
  run(request: PendingRequest): void {
    if (this.state === 'frozen') this.process.signal('SIGCONT');
    this.active = new ActiveInvocation(request, this.id);
    this.deliver(this.active);
  }

  memoryBytes(): number {
    return this.process.memoryBytes();
  }

  freeze(): void {
    if (this.state === 'frozen') return;
    if (this.state !== 'idle') throw new Error(`Can't freeze environment ${this.id}: it is ${this.state}`);
    this.process.signal('SIGSTOP');
    this.state = 'frozen';
  }

  thaw(): void {
    if (this.state === 'dead') throw new Error(`Can't thaw environment ${this.id}: it is dead`);
    if (this.state !== 'frozen') return;
    this.state = 'idle';
    this.process.signal('SIGCONT');
    this.settings.memoryWatch.watch(this);
  }

  async idle(): Promise<void> {
    if (this.state === 'idle' || this.state === 'frozen') return;
    if (this.state === 'dead') throw new Error(`Environment ${this.id} is dead`);
    await new Promise<void>((resolve, reject) => this.idleWaiters.push({ resolve, reject }));
  }

  advanceClocks(seconds: number, options: { readonly monotonic: boolean }): void {
    if (!this.clock) throw new Error('The clocks can\'t be moved: start the emulator with the option fakeMonotonicClock');
    if (this.state !== 'frozen') throw new Error(`Only a frozen environment's clocks can be moved; ${this.id} is ${this.state}`);
    this.clock.advance(seconds, options.monotonic);
  }

  checkMemory(): void {
    if (this.settings.enforceMemory && this.peakMemoryBytes > this.settings.definition.memorySizeMb * 1024 * 1024) this.kill(OUT_OF_MEMORY);
  }

  /** Ends a waiting environment as Lambda does: a runtime with extensions gets SIGTERM first, any other is killed. */
  async shutdown(): Promise<void> {
    if (this.state === 'dead' || this.api.extensions.count === 0) return this.destroy();
    this.markDead();
    this.process.signal('SIGTERM');
    this.process.signal('SIGCONT');
    const timer = setTimeout(() => this.process.signal('SIGKILL'), SHUTDOWN_MS);
    await this.gone;
    clearTimeout(timer);
  }

  /** Ends the environment at once, even if it is busy. */
  async destroy(): Promise<void> {
    if (this.state !== 'dead') this.markDead();
    this.process.signal('SIGKILL');
    await this.gone;
  }

  private async init(request: PendingRequest): Promise<void> {
    const { definition, binaries, opt, initTimeoutMs, fastInit, memoryWatch } = this.settings;
    const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    const command = bootstrapCommand(definition, binaries, opt, {
      runtimeApi: await this.api.listen(),
      logStreamName: `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      fastInit,
    });
    this.active = new ActiveInvocation(request, this.id, performance.now());
    this.initTimer = setTimeout(() => this.kill(timedOut(initTimeoutMs)), initTimeoutMs);
    try {
      const variables = { ...command.variables, ...this.clock?.variables };
      this.process = new SandboxProcess({ ...command, variables }, this.directory, definition.codeDirectory);
    } catch (error) {
      clearTimeout(this.initTimer);
      this.api.close();
      throw error;
    }
    this.process.exited.then(status => this.onExit(status), error => this.onExit({ code: 127, signal: null }, error));
    memoryWatch.watch(this);
  }

  private deliver(active: ActiveInvocation): void {
    const { requestId, payload, options } = active.request;
    const { definition } = this.settings;
    this.state = 'busy';
    this.invocations++;
    active.delivered(definition.timeoutMs, () => this.kill(timedOut(definition.timeoutMs)));
    this.api.deliver({
      requestId,
      payload,
      // The function compares it with its own clock.
      deadlineMs: Date.now() + (this.clock?.aheadMs ?? 0) + definition.timeoutMs,
      functionArn: functionArn(definition),
      traceId: options.traceId ?? unsampledTrace(requestId),
      tenantId: options.tenantId,
      clientContext: options.clientContext === undefined ? undefined : JSON.stringify(options.clientContext),
    }, this.settings.extensionFirst);
    this.settings.memoryWatch.watch(this);
  }

  private onParked(): void {
    if (this.state === 'init') {
      clearTimeout(this.initTimer);
      this.deliver(this.active!);
    } else if (this.state === 'busy') {
      this.endInvocation();
    }
  }

  private endInvocation(): void {
    const active = this.active!;
    this.active = undefined;
    // Lambda freezes an environment when it has no pending events, so not if the next request is already waiting.
    const freeze = this.settings.freeze && !this.settings.hasRequestFor(this);
    if (freeze) this.process.signal('SIGSTOP');
    this.state = freeze ? 'frozen' : 'idle';
    const { stdout, stderr } = this.takeLines(active.request.requestId);
    if (freeze) this.process.shrinkOutput();
    active.end(stdout, stderr);
    for (const waiter of this.idleWaiters.splice(0)) waiter.resolve();
    this.settings.onIdle(this);
  }

  private onInitError(error: FunctionError, body: Buffer): void {
    if (this.state !== 'init') return;
    this.fatalError = () => error;
    this.initErrorBody = body;
    clearTimeout(this.initTimer);
    // The runtime then ends itself, and writes the reason; but a function's open handle may keep it alive.
    this.initTimer = setTimeout(() => this.process.signal('SIGKILL'), SHUTDOWN_MS);
  }

  private kill(error: PlatformError): void {
    if (this.state === 'dead') return;
    this.fatalError ??= error;
    this.markDead();
    this.process.signal('SIGKILL');
  }

  private onExit(status: ExitStatus, startError?: Error): void {
    if (this.state !== 'dead') this.markDead();
    const active = this.active;
    const { stdout, stderr } = this.takeLines(active?.request.requestId);
    if (active) {
      const fatal = this.fatalError ?? (startError ? platformError('Runtime.InvalidEntrypoint', startError.message) : runtimeExited(status));
      const error = fatal(active.request.requestId);
      const responded = active.responded;
      if (!responded) {
        const body = this.initErrorBody ?? Buffer.from(JSON.stringify(error));
        active.respond({ body, contentType: 'application/json', functionError: error, firstByteAt: performance.now() });
      }
      active.end(stdout, stderr, responded ? error : undefined);
    }
    // Not earlier: a runtime that is shutting down may still call it.
    this.api.close();
    this.process.close();
    rmSync(this.directory, { recursive: true, force: true });
    this.setGone();
  }

  /** From here on it gets no requests, though its process may not have ended yet. */
  private markDead(): void {
    this.knownPeak = this.peakMemoryBytes;
    this.state = 'dead';
    clearTimeout(this.initTimer);
    this.active?.stopTimer();
    for (const waiter of this.idleWaiters.splice(0)) waiter.reject(new Error(`Environment ${this.id} died`));
    this.settings.onDead(this);
  }

  private takeLines(requestId: string | undefined): { stdout: string[]; stderr: string[] } {
    const lines = this.process.takeLines();
    const { onLog } = this.settings;
    if (onLog) {
      for (const stream of ['stdout', 'stderr'] as const) {
        for (const line of lines[stream]) onLog({ environmentId: this.id, stream, line, requestId });
      }
    }
    return lines;
  }
}
