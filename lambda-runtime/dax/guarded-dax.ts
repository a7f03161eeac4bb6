import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import { ABORTED, untilAborted } from './abort.js';
import { Connection } from './connection.js';
import { type Fault, faultOf } from './faults.js';
import type { Input, Operation } from './operations.js';
import { Request, SENT } from './request.js';
import type { DaxScope, DaxSurroundings } from './surroundings.js';
import { WriteOutcomeUnknownError } from './write-outcome-unknown-error.js';
import { kindOfError } from '../engine/error-text.js';
import { Breaker } from '../tiers/breaker.js';
import { connectionError } from '../tiers/connection-error.js';
import { inTime, TIMED_OUT } from '../tiers/deadline.js';

const DEFAULT_CONNECT_TIMEOUT_MS = 500;
const DEFAULT_READ_TIMEOUT_MS = 500;
const DEFAULT_WRITE_TIMEOUT_MS = 2_000;
const DEFAULT_BUDGET_MS = 1_000;
const MAX_REASON_LENGTH = 200;

/** What DAX said; undefined if nothing: then DynamoDB is to be asked. */
export type Reply = { readonly output: unknown } | undefined;

/** How an attempt ended that brought no output. */
interface Failure {
  readonly fault: Fault | 'late';
  readonly error: unknown;
}

/**
 * Stands between the document client and a DAX that may be gone, slow, or worse: every request ends in time, and what DAX
 * did not do is left to DynamoDB.
 */
export class GuardedDax {
  private readonly connection: Connection;
  private readonly breaker = new Breaker(() => Date.now());
  private readonly lostMs = new WeakMap<DaxScope, number>();
  private readonly connectTimeoutMs: number;
  private readonly readTimeoutMs: number;
  private readonly writeTimeoutMs: number;
  private readonly budgetMs: number;

  public constructor(private readonly surroundings: DaxSurroundings) {
    const { settings } = surroundings;
    this.connectTimeoutMs = settings.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    this.readTimeoutMs = settings.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS;
    this.writeTimeoutMs = settings.writeTimeoutMs ?? DEFAULT_WRITE_TIMEOUT_MS;
    this.budgetMs = settings.budgetMs ?? DEFAULT_BUDGET_MS;
    this.connection = new Connection({
      endpoint: settings.endpoint,
      connectTimeoutMs: this.connectTimeoutMs,
      // Ours end first.
      requestTimeoutMs: 2 * Math.max(this.readTimeoutMs, this.writeTimeoutMs),
    });
    this.connection.open();
  }

  /**
   * Asks DAX, twice at most: a request that it has not done, or that may be done again, is made once more over a fresh
   * connection.
   *
   * @param signal ends the wait; a request that has not gone out by then never does
   * @throws the error of DAX that is the request's own, or of a write whose outcome nobody knows
   */
  public async ask(operation: Operation, input: Input, signal?: AbortSignal): Promise<Reply> {
    const scope = this.surroundings.scope();
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
        return this.giveUp(scope, outcome, request, permit);
      }
    }
  }

  /** Undefined if the invocation has no time left for it. */
  private async attempt(scope: DaxScope, request: Request, signal: AbortSignal | undefined): Promise<Reply | Failure | typeof ABORTED> {
    const remainingMs = this.budgetMs - (this.lostMs.get(scope) ?? 0);
    if (remainingMs <= 0) {
      return undefined;
    }
    const startedAt = performance.now();
    let failure: Failure;
    try {
      const output = await untilAborted(this.send(scope, request, remainingMs), signal);
      if (output === ABORTED) {
        request.withdraw();
        return ABORTED;
      }
      if (output !== TIMED_OUT) {
        return { output };
      }
      request.withdraw();
      scope.count('daxTimeouts');
      failure = { fault: 'late', error: new Error('Its time was over.') };
    } catch (error) {
      failure = { fault: faultOf(error, request.wasSent), error };
    }
    this.judge(scope, failure, performance.now() - startedAt);
    return failure;
  }

  /** A write that was sent gets all its time, whatever the invocation has left: who ends it early knows nothing. */
  private async send(scope: DaxScope, request: Request, remainingMs: number): Promise<unknown> {
    const answer = this.connection.send(request, scope);
    const first = await inTime(Promise.race([answer, request.sent]), Math.min(this.connectTimeoutMs, remainingMs));
    return first === SENT
      ? inTime(answer, request.operation.isRead ? Math.min(this.readTimeoutMs, remainingMs) : this.writeTimeoutMs)
      : first;
  }

  private judge(scope: DaxScope, { fault, error }: Failure, milliseconds: number): void {
    if (fault === 'answer' || fault === 'declined') {
      if (!(error instanceof DaxServiceError)) {
        // The client has lost count of its connections.
        this.connection.abandon();
      }
      return;
    }
    this.lostMs.set(scope, (this.lostMs.get(scope) ?? 0) + milliseconds);
    this.connection.abandon();
    if (fault !== 'late') {
      scope.count('daxErrors');
      this.surroundings.warnOnce('daxFailure', `DAX failed, and DynamoDB is asked instead: ${this.reasonOf(error)}`, '', kindOfError(error));
    }
  }

  /** Without much of what an answer may quote of the request. */
  private reasonOf(error: unknown): string {
    const { hostname: host, port } = new URL(this.surroundings.settings.endpoint);
    return (error instanceof DaxServiceError ? error.message : connectionError({ host, port }, error as Error).message).slice(0, MAX_REASON_LENGTH);
  }

  private mayTryAgain({ fault }: Failure, { operation, input }: Request): boolean {
    return fault === 'undone' || (fault === 'unknown' && operation.isRepeatable(input));
  }

  /** @throws if DynamoDB must not be asked either */
  private giveUp(scope: DaxScope, { fault, error }: Failure, { operation, input, wasSent }: Request, permit: number): undefined {
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
