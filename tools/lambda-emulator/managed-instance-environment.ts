import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { ActiveInvocation } from './active-invocation';
import { bootstrapCommand, functionArn } from './bootstrap';
import { FunctionDefinition } from './function-definition';
import { FunctionError, LogLine } from './invocation';
import { MemoryWatch, Watched } from './memory-watch';
import { MultiConcurrencyRuntimeApi } from './multi-concurrency-runtime-api';
import { RuntimeBinaries } from './node-binaries';
import { OptDirectory } from './opt-directory';
import { OUT_OF_MEMORY, PlatformError, platformError, runtimeExited, timedOut } from './platform-errors';
import { PendingRequest, unsampledTrace } from './requests';
import { ExitStatus, SandboxProcess } from './sandbox-process';

/** The settings that all of a function's environments share. */
export interface ManagedInstanceSettings {
  /** Includes the variables that Lambda adds on Managed Instances. */
  readonly definition: FunctionDefinition;
  readonly binaries: RuntimeBinaries;
  readonly opt: OptDirectory;
  /** How many requests for an event end INIT. */
  readonly expectedWorkers: number;
  readonly initTimeoutMs: number;
  readonly enforceMemory: boolean;
  readonly fastInit: boolean;
  readonly memoryWatch: MemoryWatch;
  onLog(line: LogLine): void;
  /** The environment has one request less. */
  onFree(): void;
  onDead(environment: ManagedInstanceEnvironment): void;
}

/** One process of Lambda Managed Instances: its workers share the requests, and it is never frozen. */
export class ManagedInstanceEnvironment implements Watched {
  invocations = 0;
  running = true;
  /** Resolves when INIT is over; rejects if it fails. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  private readonly api: MultiConcurrencyRuntimeApi;
  private readonly active = new Map<string, ActiveInvocation>();
  private process?: SandboxProcess;
  private initTimer?: NodeJS.Timeout;
  private initialized = false;
  private fatalError?: PlatformError;
  private initErrorBody?: Buffer;
  private knownPeak = 0;
  private setReady!: () => void;
  private setFailed!: (error: Error) => void;
  private setGone!: () => void;

  constructor(readonly id: string, private readonly settings: ManagedInstanceSettings, private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.gone = new Promise(resolve => this.setGone = resolve);
    this.ready = new Promise((resolve, reject) => [this.setReady, this.setFailed] = [resolve, reject]);
    // Callers learn of a failure from their results.
    this.ready.catch(() => {});
    this.api = new MultiConcurrencyRuntimeApi(settings.definition, {
      onPoll: polls => this.onPoll(polls),
      onResponse: (requestId, response) => {
        const active = this.active.get(requestId);
        active?.respond(response);
        this.end(requestId);
      },
      onInitError: (error, body) => this.onInitError(error, body),
      onExtensionFailure: (phase, errorType) => this.kill(platformError(phase === 'init' ? 'Extension.InitError' : 'Extension.ExitError', errorType)),
    });
    this.start().catch(error => this.onExit({ code: 127, signal: null }, error as Error));
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** How many requests it has. */
  get load(): number {
    return this.active.size;
  }

  get peakMemoryBytes(): number {
    return this.knownPeak = Math.max(this.knownPeak, this.memoryBytes());
  }

  /** The memory of the whole process, its workers included; 0 when it is dead. */
  memoryBytes(): number {
    return this.process?.memoryBytes() ?? 0;
  }

  checkMemory(): void {
    if (this.settings.enforceMemory && this.peakMemoryBytes > this.settings.definition.memorySizeMb * 1024 * 1024) this.kill(OUT_OF_MEMORY);
  }

  /** Sends it one more request. */
  run(request: PendingRequest): void {
    const { requestId, payload, options } = request;
    const { definition } = this.settings;
    const active = new ActiveInvocation(request, this.id);
    this.active.set(requestId, active);
    this.ready.then(() => {
      if (!this.running) return;
      this.invocations++;
      active.delivered(definition.timeoutMs, () => this.onTimeout(requestId));
      this.api.deliver({
        requestId,
        payload,
        deadlineMs: Date.now() + definition.timeoutMs,
        functionArn: functionArn(definition),
        traceId: options.traceId ?? unsampledTrace(requestId),
        tenantId: options.tenantId,
        clientContext: options.clientContext === undefined ? undefined : JSON.stringify(options.clientContext),
      });
    }, () => { /* onExit() answers. */ });
  }

  /** Passes on the lines that the process has written since the last call. */
  readLogs(wholeOnly = true): void {
    if (!this.process) return;
    const lines = this.process.takeLines(wholeOnly);
    for (const stream of ['stdout', 'stderr'] as const) {
      for (const line of lines[stream]) this.settings.onLog({ environmentId: this.id, stream, line, requestId: requestIdIn(line) });
    }
  }

  /** Ends the environment at once, even if it is busy. */
  async destroy(): Promise<void> {
    this.kill(runtimeExited({ code: null, signal: 'SIGKILL' }));
    await this.gone;
  }

  private async start(): Promise<void> {
    const { definition, binaries, opt, initTimeoutMs, fastInit, memoryWatch } = this.settings;
    const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    const command = bootstrapCommand(definition, binaries, opt, {
      runtimeApi: await this.api.listen(),
      logStreamName: `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      fastInit,
    });
    if (!this.running) return this.onExit({ code: null, signal: 'SIGKILL' });
    this.initTimer = setTimeout(() => this.kill(timedOut(initTimeoutMs)), initTimeoutMs);
    this.process = new SandboxProcess(command, this.directory, definition.codeDirectory);
    this.process.exited.then(status => this.onExit(status), error => this.onExit({ code: 127, signal: null }, error));
    memoryWatch.watch(this);
  }

  private onPoll(polls: number): void {
    if (this.initialized || polls < this.settings.expectedWorkers) return;
    this.initialized = true;
    clearTimeout(this.initTimer);
    this.setReady();
  }

  /** A worker could not load the function. If other workers have loaded it, this is not an error. */
  private onInitError(error: FunctionError, body: Buffer): void {
    if (this.initialized) return;
    this.initErrorBody = body;
    this.kill(() => error);
  }

  /** Ends the request; the process and its other requests continue. */
  private onTimeout(requestId: string): void {
    this.api.discard(requestId);
    this.fail(this.active.get(requestId)!, timedOut(this.settings.definition.timeoutMs));
    this.end(requestId);
  }

  private end(requestId: string): void {
    this.active.get(requestId)?.end([], []);
    this.active.delete(requestId);
    this.readLogs();
    this.settings.onFree();
  }

  private fail(active: ActiveInvocation, reason: PlatformError): void {
    const error = reason(active.request.requestId);
    const body = this.initErrorBody ?? Buffer.from(JSON.stringify(error));
    active.respond({ body, contentType: 'application/json', functionError: error, firstByteAt: performance.now() });
  }

  private kill(error: PlatformError): void {
    if (!this.running) return;
    this.fatalError ??= error;
    this.markDead();
    this.process?.signal('SIGKILL');
  }

  private markDead(): void {
    this.knownPeak = this.peakMemoryBytes;
    this.running = false;
    clearTimeout(this.initTimer);
    this.settings.onDead(this);
  }

  private onExit(status: ExitStatus, startError?: Error): void {
    const reason = this.fatalError ?? (startError ? platformError('Runtime.InvalidEntrypoint', startError.message) : runtimeExited(status));
    if (this.running) this.markDead();
    this.setFailed(new Error(`Environment ${this.id} died: ${reason('').errorMessage}`));
    this.readLogs(false);
    for (const active of this.active.values()) {
      // INIT may have failed before its event was sent.
      if (!active.wasDelivered) active.delivered(0, () => {});
      this.fail(active, reason);
      active.end([], []);
    }
    this.active.clear();
    this.api.close();
    this.process?.close();
    this.process = undefined;
    rmSync(this.directory, { recursive: true, force: true });
    this.setGone();
  }
}

/** The request id in the client's console lines and in metric lines. */
function requestIdIn(line: string): string | undefined {
  try {
    const { requestId, RequestId } = JSON.parse(line);
    return requestId ?? RequestId;
  } catch {
    return undefined;
  }
}
