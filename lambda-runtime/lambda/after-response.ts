import { Background } from './background.js';
import { InternalExtension } from './extension.js';
import { FreezeCounter } from './freeze-counter.js';
import type { LambdaContext } from './user-handler.js';
import type { BackgroundWork } from '../engine/background-work.js';
import { messageOf } from '../values/plain-data.js';

/** Work ends this long before the function's timeout, which would destroy the environment and its memory. */
const DEADLINE_MARGIN_MS = 250;

const DEFAULT_MAX_MS = 5_000;

/**
 * Work after the response: Lambda freezes an environment as soon as its invocation has ended, so something must keep it
 * awake.
 *
 * - If nothing freezes (Managed Instances), work simply runs in the background.
 * - Otherwise an internal extension holds the invocation open: the caller has its response, and the environment stays awake.
 * - If the extension could not be registered, the response waits for the work: it is slower, but no work is lost.
 */
export class AfterResponse {
  /** Absent if nothing freezes. */
  public readonly freezes?: FreezeCounter;
  private readonly background = new Background();
  private readonly ended = new Map<string, PromiseWithResolvers<void>>();
  private keeper: 'nothing' | 'extension' | 'response' = 'response';
  private maxMs = DEFAULT_MAX_MS;
  private isWorkExpected = false;
  private isInit = true;

  public constructor(private readonly environment: NodeJS.ProcessEnv) {
    if (environment.AWS_LAMBDA_MAX_CONCURRENCY === undefined) {
      this.freezes = new FreezeCounter();
    } else {
      this.keeper = 'nothing';
    }
  }

  /** The longest that work may keep the environment awake after one response. */
  public limit(maxMs: number | undefined): void {
    this.maxMs = maxMs ?? DEFAULT_MAX_MS;
  }

  public add(work: BackgroundWork): boolean {
    const accepted = this.background.add(work);
    if (accepted && this.keeper === 'nothing') {
      setImmediate(() => this.background.runAll(this.maxMs));
    }
    return accepted;
  }

  /** Called when a cache, or one that has just been defined, will have work after responses. */
  public expectWork(cacheName?: string): void {
    if (!this.isWorkExpected && !this.isInit && this.keeper === 'response') {
      console.warn(`cdk-cached-function: cache '${cacheName}' is defined too late to register an extension with Lambda: responses wait `
        + 'for its refreshes. Define it outside the handler, or set staleWhileRevalidate, staleIfError or earlyRefresh in the construct\'s `caching`.');
    }
    this.isWorkExpected = true;
  }

  /** Registers the extension that keeps this environment awake, if it is needed. Called at the end of INIT, since Lambda accepts no later registration. */
  public async prepare(): Promise<void> {
    this.isInit = false;
    if (!this.isWorkExpected || this.keeper === 'nothing') {
      return;
    }
    try {
      const extension = await InternalExtension.register(this.environment.AWS_LAMBDA_RUNTIME_API ?? '');
      this.keeper = 'extension';
      this.followInvocations(extension).catch((error: unknown) => this.holdResponses(error));
    } catch (error) {
      this.holdResponses(error);
    }
  }

  private holdResponses(why: unknown): void {
    this.keeper = 'response';
    console.warn(`cdk-cached-function: responses wait for refreshes, which cannot run after the response. ${messageOf(why)}`);
  }

  /** Called when an invocation's handler is done, before its response is sent. */
  public async handlerEnded(context: LambdaContext): Promise<void> {
    if (this.keeper === 'extension') {
      this.endOf(context.awsRequestId).resolve();
    } else if (this.keeper === 'response' && !this.background.isEmpty) {
      await this.finish(context.getRemainingTimeInMillis());
    }
  }

  private async followInvocations(extension: InternalExtension): Promise<void> {
    for (;;) {
      const { requestId, deadlineMs } = await extension.next();
      // The event may reach the extension before or after the runtime, so each waits for the other here.
      await this.endOf(requestId).promise;
      this.ended.delete(requestId);
      // The response goes first: Lambda's runtime client sends it one turn of the event loop after the handler's end, and a loader
      // may block the next one.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      if (!this.background.isEmpty) {
        // Even if the work fails, the next event must be requested, or every later invocation waits for it.
        await this.finish(deadlineMs - Date.now()).catch((error: unknown) => console.warn(error));
      }
    }
  }

  private async finish(remainingMs: number): Promise<void> {
    await this.background.finish(Math.min(this.maxMs, remainingMs - DEADLINE_MARGIN_MS));
  }

  private endOf(requestId: string): PromiseWithResolvers<void> {
    let end = this.ended.get(requestId);
    if (end === undefined) {
      end = Promise.withResolvers<void>();
      this.ended.set(requestId, end);
    }
    return end;
  }
}
