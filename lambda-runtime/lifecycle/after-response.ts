import { Background } from './background.js';
import { InternalExtension } from './extension.js';
import { Freezes } from './freezes.js';
import type { LambdaContext } from './user-handler.js';
import type { BackgroundWork } from '../engine/background-work.js';
import { messageOf } from '../engine/kind.js';

/** Work ends this long before the function's time-out, which would cost the environment and all that it remembers. */
const DEADLINE_MARGIN_MS = 250;

const DEFAULT_MAX_MS = 5_000;

/**
 * Work after the response: Lambda freezes an environment as soon as its invocation has ended, so something must keep it
 * awake.
 *
 * - Where nothing freezes (Managed Instances), work is simply done in the background.
 * - Elsewhere an internal extension holds the invocation open: the caller has its response, the environment stays awake.
 * - Where that could not be registered, the response waits for the work: slower, and never lost.
 */
export class AfterResponse {
  /** Absent where nothing freezes. */
  public readonly freezes?: Freezes;
  private readonly background = new Background();
  private readonly ended = new Map<string, PromiseWithResolvers<void>>();
  private keeper: 'nothing' | 'extension' | 'response' = 'response';
  private maxMs = DEFAULT_MAX_MS;
  private isNeeded = false;
  private isInit = true;

  public constructor(private readonly environment: NodeJS.ProcessEnv) {
    if (environment.AWS_LAMBDA_MAX_CONCURRENCY === undefined) {
      this.freezes = new Freezes();
    } else {
      this.keeper = 'nothing';
    }
  }

  /** The longest that work may hold the environment after one response. */
  public limit(maxMs: number | undefined): void {
    this.maxMs = maxMs ?? DEFAULT_MAX_MS;
  }

  public add(work: BackgroundWork): boolean {
    const accepted = this.background.add(work);
    if (accepted && this.keeper === 'nothing') {
      setImmediate(() => this.background.go(this.maxMs));
    }
    return accepted;
  }

  /** There will be work, of some cache, or of one that has just been defined. */
  public need(cacheName?: string): void {
    if (!this.isNeeded && !this.isInit && this.keeper === 'response') {
      console.warn(`cdk-cached-function: cache '${cacheName}' is defined when nothing can be registered with Lambda any more: responses wait `
        + 'for its refreshes. Define it outside the handler, or set staleWhileRevalidate, staleIfError or earlyRefresh in the construct\'s `caching`.');
    }
    this.isNeeded = true;
  }

  /** Registers what keeps this environment awake, if that is needed. To be called at the end of INIT: Lambda takes nothing later. */
  public async prepare(): Promise<void> {
    this.isInit = false;
    if (!this.isNeeded || this.keeper === 'nothing') {
      return;
    }
    try {
      const extension = await InternalExtension.register(this.environment.AWS_LAMBDA_RUNTIME_API ?? '');
      this.keeper = 'extension';
      this.follow(extension).catch((error: unknown) => this.holdResponses(error));
    } catch (error) {
      this.holdResponses(error);
    }
  }

  private holdResponses(why: unknown): void {
    this.keeper = 'response';
    console.warn(`cdk-cached-function: responses wait for refreshes, since they cannot be made after them. ${messageOf(why)}`);
  }

  /** The handler of an invocation is done, its response not yet out. */
  public async handlerEnded(context: LambdaContext): Promise<void> {
    if (this.keeper === 'extension') {
      this.endOf(context.awsRequestId).resolve();
    } else if (this.keeper === 'response' && !this.background.isEmpty) {
      await this.finish(context.getRemainingTimeInMillis());
    }
  }

  private async follow(extension: InternalExtension): Promise<void> {
    for (;;) {
      const { requestId, deadlineMs } = await extension.next();
      // The event may reach us before the runtime, or after: the two meet here.
      await this.endOf(requestId).promise;
      this.ended.delete(requestId);
      // The response goes first: Lambda's runtime client sends it one turn of the event loop after the handler's end, and a loader
      // may block the next one.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      if (!this.background.isEmpty) {
        // Whatever goes wrong in it: the next event must be asked for, or every later invocation waits for that.
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
