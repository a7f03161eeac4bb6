import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ActiveInvocation } from './active-invocation';
import { environmentVariables, functionArn } from './bootstrap';
import { FunctionDefinition } from './function-definition';
import { FunctionError } from './invocation';
import { OptDirectory } from './opt-directory';
import { OUT_OF_MEMORY, PlatformError, platformError, runtimeExited, timedOut } from './platform-errors';
import { PendingRequest, unsampledTrace } from './requests';

const INIT_TIMEOUT_MS = 10_000;

/** The messages of in-process-runtime.mjs, and its end. */
interface Reply {
  readonly payload?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] };
  readonly stdout?: readonly string[];
  readonly stderr?: readonly string[];
  readonly fatal?: PlatformError;
}

/** An environment of `InProcessFunction`: a thread with its own modules, globals and environment variables. */
export class WorkerEnvironment {
  invocations = 0;
  dead = false;
  private readonly worker: Worker;
  private readonly startedAt = performance.now();
  private onReply: (reply: Reply) => void = () => {};
  private ready?: Promise<Reply>;

  constructor(readonly id: string, private readonly definition: FunctionDefinition, opt: OptDirectory) {
    this.worker = new Worker(join(__dirname, 'in-process-runtime.mjs'), {
      env: environmentVariables(definition, __dirname, opt, { logStreamName: id }),
      // Without the current program's loaders and hooks.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: Math.floor(definition.memorySizeMb * 0.9) },
    });
    this.worker.on('message', (reply: Reply) => this.onReply(reply));
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      this.die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? OUT_OF_MEMORY : platformError('Runtime.ExitError', `Runtime exited with error: ${error}`));
    });
    this.worker.on('exit', code => this.die(runtimeExited({ code, signal: null })));
    this.ready = this.reply(INIT_TIMEOUT_MS);
  }

  /** Sends it a request, and waits for its end; it must be idle. */
  async run(request: PendingRequest): Promise<void> {
    const active = new ActiveInvocation(request, this.id, this.ready ? this.startedAt : undefined);
    const init = await this.ready;
    this.ready = undefined;
    const failed = init?.error !== undefined || init?.fatal !== undefined;
    if (failed) {
      await this.terminate();
      return this.answer(active, init);
    }
    const { timeoutMs } = this.definition;
    this.invocations++;
    active.delivered(timeoutMs, () => {});
    const reply = this.reply(timeoutMs);
    this.worker.postMessage({
      payload: request.payload,
      deadlineMs: Date.now() + timeoutMs,
      awsRequestId: request.requestId,
      invokedFunctionArn: functionArn(this.definition),
      xRayTraceId: request.options.traceId ?? unsampledTrace(request.requestId),
      tenantId: request.options.tenantId,
      clientContext: request.options.clientContext,
    });
    this.answer(active, await reply);
  }

  async terminate(): Promise<void> {
    this.die(runtimeExited({ code: null, signal: 'SIGKILL' }));
    await this.worker.terminate();
  }

  private async reply(timeoutMs: number): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<Reply>(resolve => {
      this.onReply = resolve;
      timer = setTimeout(() => resolve({ fatal: timedOut(timeoutMs) }), timeoutMs);
    });
    clearTimeout(timer);
    if (reply.fatal) await this.terminate();
    return reply;
  }

  private answer(active: ActiveInvocation, { payload, error, fatal, stdout = [], stderr = [] }: Reply): void {
    const functionError: FunctionError | undefined = error
      ? { errorType: error.errorType, errorMessage: error.errorMessage, stackTrace: error.trace }
      : fatal?.(active.request.requestId);
    const body = Buffer.from(payload ?? JSON.stringify(error ?? functionError));
    active.respond({ body, contentType: 'application/json', functionError, firstByteAt: performance.now() });
    active.end(stdout, stderr);
  }

  private die(fatal: PlatformError): void {
    if (this.dead) return;
    this.dead = true;
    this.onReply({ fatal });
  }
}
