import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import { ABORTED, untilAborted } from './abort.js';
import { Connection } from './connection.js';
import type { DaxScope, DaxDeps } from './dax-deps.js';
import { type Fault, faultOf } from './faults.js';
import type { Input, Operation } from './operations.js';
import { Request, SENT } from './request.js';
import { Breaker } from '../resilience/breaker.js';
import { connectionError } from '../resilience/connection-error.js';
import { withTimeout, TIMED_OUT } from '../resilience/deadline.js';
import { monotonicMs } from '../resilience/monotonic.js';
import { kindOfError } from '../values/error-text.js';
import { WriteOutcomeUnknownError } from '../values/errors.js';

const DEFAULT_CONNECT_TIMEOUT_MS = 500;
const DEFAULT_READ_TIMEOUT_MS = 500;
const DEFAULT_WRITE_TIMEOUT_MS = 2_000;
const DEFAULT_BUDGET_MS = 1_000;
const MAX_REASON_LENGTH = 200;

/** DAX's response; undefined if there is none and the request goes to DynamoDB. */
export type Reply = { readonly output: unknown } | undefined;

/** The outcome of an attempt without output. */
interface Failure {
  readonly fault: Fault | 'late';
  readonly error: unknown;
}

/**
 * Stands between the document client and a DAX that may be down, slow or broken: every request ends in time, and requests that DAX
 * did not perform go to DynamoDB.
 */
export class GuardedDax {
  private readonly connection: Connection;
  private readonly breaker = new Breaker(() => Date.now());
  private readonly lostMs = new WeakMap<DaxScope, number>();
  private readonly connectTimeoutMs: number;
  private readonly readTimeoutMs: number;
  private readonly writeTimeoutMs: number;
  private readonly budgetMs: number;

  public constructor(private readonly deps: DaxDeps) {
    const { settings } = deps;
    this.connectTimeoutMs = settings.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    this.readTimeoutMs = settings.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS;
    this.writeTimeoutMs = settings.writeTimeoutMs ?? DEFAULT_WRITE_TIMEOUT_MS;
    this.budgetMs = settings.budgetMs ?? DEFAULT_BUDGET_MS;
    this.connection = new Connection({
      endpoint: settings.endpoint,
      connectTimeoutMs: this.connectTimeoutMs,
      // Our own timeouts are shorter.
      requestTimeoutMs: 2 * Math.max(this.readTimeoutMs, this.writeTimeoutMs),
    });
    this.connection.open();
  }

  /**
   * Sends a request to DAX, at most twice: if it was not performed, or may be repeated, it is sent once more over a new
   * connection.
   *
   * @param signal ends the wait; a request that has not been sent by then never is
   * @throws DAX's error about the request, or the error of a write with unknown outcome
   */
  public async request(operation: Operation, input: Input, signal?: AbortSignal): Promise<Reply> {
    const scope = this.deps.scope();
    const permit = this.breaker.tryAcquire();
    if (permit === undefined) {
      scope.count('daxSkips');
      return undefined;
    }
    for (let attempt = 1; ; attempt++) {
      const request = new Request(operation, input);
      const outcome = await this.attempt(scope, request, signal);
      if (outcome === undefined) {
        this.breaker.release(permit);
        scope.count('daxSkips');
        return undefined;
      }
      if (outcome === ABORTED) {
        this.breaker.release(permit);
        return undefined;
      }
      if ('output' in outcome) {
        this.breaker.succeeded();
        scope.count('daxCalls');
        return outcome;
      }
      if (attempt === 1 && this.mayTryAgain(outcome, request)) {
        scope.count('daxRetries');
      } else {
        return this.fallBackOrThrow(scope, outcome, request, permit);
      }
    }
  }

  /** Undefined if the invocation has no budget left for it. */
  private async attempt(scope: DaxScope, request: Request, signal: AbortSignal | undefined): Promise<Reply | Failure | typeof ABORTED> {
    const remainingMs = this.budgetMs - (this.lostMs.get(scope) ?? 0);
    if (remainingMs <= 0) {
      return undefined;
    }
    const startedAt = monotonicMs();
    let failure: Failure;
    try {
      const output = await untilAborted(this.send(scope, request, remainingMs), signal);
      if (output === ABORTED) {
        request.cancel();
        return ABORTED;
      }
      if (output !== TIMED_OUT) {
        return { output };
      }
      request.cancel();
      scope.count('daxTimeouts');
      failure = { fault: 'late', error: new Error('DAX did not answer in time.') };
    } catch (error) {
      failure = { fault: faultOf(error, request.wasSent), error };
    }
    this.recordFailure(scope, failure, monotonicMs() - startedAt);
    return failure;
  }

  /** A write that was sent gets its full time, even beyond the invocation's budget: if it ended early, its outcome would be unknown. */
  private async send(scope: DaxScope, request: Request, remainingMs: number): Promise<unknown> {
    const answer = this.connection.send(request, scope);
    const first = await withTimeout(Promise.race([answer, request.sent]), Math.min(this.connectTimeoutMs, remainingMs));
    return first === SENT
      ? withTimeout(answer, request.operation.isRead ? Math.min(this.readTimeoutMs, remainingMs) : this.writeTimeoutMs)
      : first;
  }

  private recordFailure(scope: DaxScope, { fault, error }: Failure, milliseconds: number): void {
    if (fault === 'answer' || fault === 'declined') {
      if (!(error instanceof DaxServiceError)) {
        // The client's count of its connections is no longer right.
        this.connection.discard();
      }
      return;
    }
    this.lostMs.set(scope, (this.lostMs.get(scope) ?? 0) + milliseconds);
    this.connection.discard();
    if (fault !== 'late') {
      scope.count('daxErrors');
      this.deps.warnOnce('daxFailure', `DAX failed; requests go to DynamoDB instead: ${this.reasonOf(error)}`, '', kindOfError(error));
    }
  }

  /** Truncated, since a response may quote the request. */
  private reasonOf(error: unknown): string {
    const { hostname: host, port } = new URL(this.deps.settings.endpoint);
    return (error instanceof DaxServiceError ? error.message : connectionError({ host, port }, error as Error).message).slice(0, MAX_REASON_LENGTH);
  }

  private mayTryAgain({ fault }: Failure, { operation, input }: Request): boolean {
    return fault === 'undone' || (fault === 'unknown' && operation.isRepeatable(input));
  }

  /** @throws if the request must not go to DynamoDB either */
  private fallBackOrThrow(scope: DaxScope, { fault, error }: Failure, { operation, input, wasSent }: Request, permit: number): undefined {
    if (fault === 'answer') {
      this.breaker.succeeded();
      scope.count('daxCalls');
      throw error;
    }
    if (fault === 'declined') {
      this.breaker.release(permit);
      return undefined;
    }
    this.breaker.failed(permit);
    const isLost = fault === 'late' ? wasSent && !operation.isRead : fault === 'unknown' && !operation.isRepeatable(input);
    if (isLost) {
      scope.count('daxUnknownWrites');
      throw new WriteOutcomeUnknownError(operation.method, error);
    }
    return undefined;
  }
}
