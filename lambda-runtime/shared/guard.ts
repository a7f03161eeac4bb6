import { Counters, type CurrentCounters } from '../engine/counters.js';
import type { WarnOnce } from '../engine/warnings.js';
import { Breaker, type Permit } from '../resilience/breaker.js';
import { DeadlineError, withTimeout, TIMED_OUT } from '../resilience/deadline.js';
import { monotonicMs } from '../resilience/monotonic.js';
import { UsualLatency } from '../resilience/usual-latency.js';
import { WaitBudget } from '../resilience/wait-budget.js';
import { messageOf } from '../values/plain-data.js';

/** The counters of calls that serve no particular cache. */
const FAILURES = ['sharedErrors', 'sharedTimeouts', 'sharedSkips'] as const;

/** An invocation, which owns the budget and the counters of calls that serve no particular cache. */
export interface InvocationScope {
  count?(metric: typeof FAILURES[number]): void;
}

/** How long a tier may keep an invocation waiting. */
export interface Limits {
  /** One call. */
  readonly timeoutMs: number;
  /** One call that must wait for a connection. */
  readonly connectTimeoutMs: number;
  /** All calls of one invocation together. */
  readonly budgetMs: number;
}

/** The connection that calls use. */
export interface GuardedConnection {
  /** Whether a call goes out at once, or must wait for a connection. */
  readonly isConnected: boolean;
  /** Stops using the connection: its other end may be gone. */
  discard(): void;
}

/** How a kind of server behaves. */
export interface ServerTraits {
  /** Its address, for the log. */
  readonly address?: string;
  /** The prefix of the keys that are sent to it, which contain the user's arguments. */
  readonly keyPrefix?: string;
  /** Whether an error concerns only the command: the server is alive, and may answer the next one. Default: no error does. */
  isCommandError?(error: unknown): boolean;
  /** Each of its requests has its own deadline, and ends with a DeadlineError. A call that takes many of them has no further deadline. */
  readonly hasOwnDeadlines?: boolean;
}

/** The largest share of its deadline that a usual call takes. */
const LONGEST_USUAL = 1 / 4;

/** A change takes more round trips than a read, since it reads first. */
const ROUND_TRIPS_OF_CHANGE = 2;

/**
 * Protects a cache from a tier that may be down or slow: every call ends in time, and an error counts as no answer.
 */
export class Guard {
  private readonly breaker: Breaker;
  private readonly usual: UsualLatency;
  private readonly usualOfChange: UsualLatency;
  /** How many connections were discarded. */
  private discarded = 0;

  /** @param budgets the invocations' budgets, for guards that share them */
  public constructor(
    private readonly limits: Limits,
    private readonly connection: GuardedConnection,
    now: () => number,
    private readonly warnOnce: WarnOnce,
    private readonly budgets = new WeakMap<object, WaitBudget>(),
    private readonly server: ServerTraits = {},
  ) {
    this.breaker = new Breaker(now);
    this.usual = new UsualLatency(limits.timeoutMs * LONGEST_USUAL);
    this.usualOfChange = new UsualLatency(limits.timeoutMs * LONGEST_USUAL * ROUND_TRIPS_OF_CHANGE);
  }

  /**
   * A call that an invocation waits for.
   *
   * @param scope the invocation, which owns the budget
   * @returns undefined if there is no answer
   */
  public call<T>(scope: object, counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.waitFor(scope, this.usual, (remainingMs) =>
      this.attempt(this.connection.isConnected ? this.limits.timeoutMs : this.limits.connectTimeoutMs, counters, call, remainingMs),
    () => counters().sharedSkips++);
  }

  /**
   * Waits for work that continues anyway, for as long as the invocation's budget allows.
   *
   * @returns undefined if it is not done by then
   */
  public within<T>(scope: object, work: Promise<T>): Promise<T | undefined> {
    return this.waitFor(scope, this.usualOfChange, async (remainingMs) => {
      const result = await withTimeout(work, remainingMs);
      return result === TIMED_OUT ? undefined : result;
    });
  }

  /** A call that no handler waits for: it may take as long as connecting does. */
  public callInBackground<T>(counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(Math.max(this.limits.connectTimeoutMs, this.limits.timeoutMs), counters, call);
  }

  /** The same for a call that serves no particular cache: its failure is counted for the function. */
  public callForFunction<T>(scope: InvocationScope, call: () => Promise<T>): Promise<T | undefined> {
    return this.forFunction(scope, (counters) => this.callInBackground(counters, call));
  }

  /**
   * A call that runs while the handler works, and that an invocation may wait for later (with `within`). It serves no particular cache.
   *
   * @returns undefined if there is no answer
   */
  public callAhead<T>(scope: InvocationScope, call: () => Promise<T>): Promise<T | undefined> {
    const { timeoutMs, connectTimeoutMs } = this.limits;
    return this.forFunction(scope, (counters) => this.attempt(this.connection.isConnected ? timeoutMs : connectTimeoutMs, counters, call));
  }

  /** Counts failures for the function. */
  private async forFunction<T>(scope: InvocationScope, call: (counters: CurrentCounters) => Promise<T | undefined>): Promise<T | undefined> {
    const counters = new Counters();
    const answer = await call(() => counters);
    FAILURES.filter((failure) => counters[failure] > 0).forEach((failure) => scope.count?.(failure));
    return answer;
  }

  /** Waits, and charges the invocation's budget. Only waits on an established connection count towards the usual latency. */
  private async waitFor<T>(
    scope: object, usual: UsualLatency, work: (remainingMs: number) => Promise<T | undefined>, skipped = () => {},
  ): Promise<T | undefined> {
    const budget = this.budgetOf(scope);
    const remainingMs = this.limits.budgetMs - budget.spentMs;
    if (remainingMs <= 0) {
      skipped();
      return undefined;
    }
    const { isConnected } = this.connection;
    const wait = budget.begin(usual.ms);
    let isAnswered = false;
    try {
      const result = await work(remainingMs);
      isAnswered = result !== undefined && result !== false;
      if (isAnswered && isConnected) {
        usual.record(monotonicMs() - wait.since);
      }
      return result;
    } finally {
      budget.end(wait, isAnswered);
    }
  }

  private async attempt<T>(deadlineMs: number, counters: CurrentCounters, call: () => Promise<T>, remainingMs = Infinity): Promise<T | undefined> {
    const permit = this.breaker.tryAcquire();
    if (permit === undefined) {
      counters().sharedSkips++;
      counters().breakerOpen = 1;
      return undefined;
    }
    const { discarded, connection: { isConnected } } = this;
    const ownDeadlineMs = this.server.hasOwnDeadlines ? Infinity : deadlineMs;
    const startedAt = monotonicMs();
    try {
      const answer = await withTimeout(call(), Math.min(ownDeadlineMs, remainingMs));
      if (answer !== TIMED_OUT) {
        this.breaker.succeeded();
        return answer;
      }
      counters().sharedTimeouts++;
      if (ownDeadlineMs <= remainingMs) {
        this.onTimeout(permit, discarded, isConnected ? undefined : deadlineMs);
      } else {
        // The call did not fail: only the invocation's budget is spent.
        this.breaker.release(permit);
      }
    } catch (error) {
      if (error instanceof DeadlineError) {
        counters().sharedTimeouts++;
        this.onTimeout(permit, discarded, isConnected ? undefined : deadlineMs);
      } else {
        counters().sharedErrors++;
        this.recordFailure(permit, error);
      }
    } finally {
      counters().addSharedLatency(monotonicMs() - startedAt);
    }
    return undefined;
  }

  private onTimeout(permit: Permit, discarded: number, connectingMs: number | undefined): void {
    this.breaker.failed(permit);
    this.discardOnce(discarded);
    if (connectingMs !== undefined) {
      const { address } = this.server;
      this.warnOnce('sharedSlow', `The shared cache${address === undefined ? '' : ` at ${address}`} took longer than ${connectingMs} ms to connect and answer.`, '', address);
    }
  }

  private recordFailure(permit: Permit, error: unknown): void {
    if (this.server.isCommandError?.(error)) {
      this.breaker.release(permit);
    } else {
      this.breaker.failed(permit);
    }
    const reason = withoutCommand(messageOf(error), this.server.keyPrefix);
    this.warnOnce('sharedFailure', `The shared cache failed: ${reason}`, '', reason.replaceAll(/\d+/g, ''));
  }

  /** Discards the connection that a call used, unless it has been replaced already. */
  private discardOnce(before: number): void {
    if (this.discarded === before) {
      this.discarded++;
      this.connection.discard();
    }
  }

  private budgetOf(scope: object): WaitBudget {
    let budget = this.budgets.get(scope);
    if (budget === undefined) {
      budget = new WaitBudget();
      this.budgets.set(scope, budget);
    }
    return budget;
  }
}

/** Errors are truncated to this length: servers' messages are one or two lines. */
const MAX_REASON_LENGTH = 500;

/** The part of an error before the quoted command, which contains keys and values. */
function withoutCommand(message: string, keyPrefix = message): string {
  const quotes = [message.search(/,? with args\b/), message.indexOf(keyPrefix), MAX_REASON_LENGTH].filter((place) => place > 0);
  return message.slice(0, Math.min(...quotes));
}
