import { Breaker, type Permit } from './breaker.js';
import { DeadlineError, inTime, TIMED_OUT } from './deadline.js';
import { UsualLatency } from './usual-latency.js';
import { WaitBudget } from './wait-budget.js';
import { Counters, type CurrentCounters } from '../engine/counters.js';
import { messageOf } from '../engine/kind.js';
import type { WarnOnce } from '../engine/warn-once.js';

/** What is counted of calls that serve no cache in particular. */
const FAILURES = ['sharedErrors', 'sharedTimeouts', 'sharedSkips'] as const;

/** An invocation: the budget belongs to it, and what serves no cache in particular is counted in it. */
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

/** What calls go over. */
export interface Line {
  /** Whether a call goes out at once, or must wait for a connection. */
  readonly isConnected: boolean;
  /** The connection is not to be used again: nobody may be at its other end. */
  abandon(): void;
}

/** What a kind of server means by what it does. */
export interface ServerTraits {
  /** Where it is, for the log. */
  readonly address?: string;
  /** What begins the keys that it gets: they have the user's arguments in them. */
  readonly keyPrefix?: string;
  /** Whether an error is about the command alone: the server is alive, and the next command may be answered. Default: no error is. */
  isCommandError?(error: unknown): boolean;
  /** Each of its requests ends by itself, with a DeadlineError. So a call that takes many of them has no deadline besides. */
  readonly hasOwnDeadlines?: boolean;
}

/** No call that takes a larger part of its deadline is usual. */
const LONGEST_USUAL = 1 / 4;

/** What changes something reads first. */
const ROUND_TRIPS_OF_CHANGE = 2;

/**
 * Stands between a cache and a tier that may be gone, slow, or worse: every call ends in time, and an error is no more than
 * an answer that is missing.
 */
export class Guard {
  private readonly breaker: Breaker;
  private readonly usual: UsualLatency;
  private readonly usualOfChange: UsualLatency;
  /** How many connections were given up. */
  private abandoned = 0;

  /** @param budgets of the invocations, for guards that have one budget in common */
  public constructor(
    private readonly limits: Limits,
    private readonly line: Line,
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
   * @param scope whatever the budget belongs to: the invocation
   * @returns undefined if there is no answer
   */
  public async ask<T>(scope: object, counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.waitFor(scope, this.usual, (remainingMs) =>
      this.attempt(this.line.isConnected ? this.limits.timeoutMs : this.limits.connectTimeoutMs, counters, call, remainingMs),
    () => counters().sharedSkips++);
  }

  /**
   * Waits for what goes on whether anybody waits for it or not, for as long as the invocation may wait at all.
   *
   * @returns undefined if it is not done by then
   */
  public async within<T>(scope: object, work: Promise<T>): Promise<T | undefined> {
    return this.waitFor(scope, this.usualOfChange, async (remainingMs) => {
      const result = await inTime(work, remainingMs);
      return result === TIMED_OUT ? undefined : result;
    });
  }

  /** A call that nobody waits for: it may take as long as making a connection. */
  public async tell<T>(counters: CurrentCounters, call: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(Math.max(this.limits.connectTimeoutMs, this.limits.timeoutMs), counters, call);
  }

  /** The same for a call that serves no cache in particular: its failure is counted for the function. */
  public async tellForFunction<T>(scope: InvocationScope, call: () => Promise<T>): Promise<T | undefined> {
    const counters = new Counters();
    const answer = await this.tell(() => counters, call);
    FAILURES.filter((failure) => counters[failure] > 0).forEach((failure) => scope.count?.(failure));
    return answer;
  }

  /** Waits at the invocation's expense. Only waits on a connection that is there tell how long an answer usually takes. */
  private async waitFor<T>(
    scope: object, usual: UsualLatency, work: (remainingMs: number) => Promise<T | undefined>, skipped = () => {},
  ): Promise<T | undefined> {
    const budget = this.budgetOf(scope);
    const remainingMs = this.limits.budgetMs - budget.spentMs;
    if (remainingMs <= 0) {
      skipped();
      return undefined;
    }
    const { isConnected } = this.line;
    const wait = budget.begin(usual.ms);
    let isAnswered = false;
    try {
      const result = await work(remainingMs);
      isAnswered = result !== undefined && result !== false;
      if (isAnswered && isConnected) {
        usual.record(performance.now() - wait.since);
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
    const { abandoned, line: { isConnected } } = this;
    const ownDeadlineMs = this.server.hasOwnDeadlines ? Infinity : deadlineMs;
    const startedAt = performance.now();
    try {
      const answer = await inTime(call(), Math.min(ownDeadlineMs, remainingMs));
      if (answer !== TIMED_OUT) {
        this.breaker.succeeded();
        return answer;
      }
      counters().sharedTimeouts++;
      if (ownDeadlineMs <= remainingMs) {
        this.timedOut(permit, abandoned, isConnected ? undefined : deadlineMs);
      } else {
        // Only the invocation has no more time to give.
        this.breaker.release(permit);
      }
    } catch (error) {
      if (error instanceof DeadlineError) {
        counters().sharedTimeouts++;
        this.timedOut(permit, abandoned, isConnected ? undefined : deadlineMs);
      } else {
        counters().sharedErrors++;
        this.recordFailure(permit, error);
      }
    } finally {
      counters().addSharedLatency(performance.now() - startedAt);
    }
    return undefined;
  }

  private timedOut(permit: Permit, abandoned: number, connectingMs: number | undefined): void {
    this.breaker.failed(permit);
    this.abandon(abandoned);
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

  /** Gives up the connection of a call, unless that has happened already: whatever took its place is another. */
  private abandon(before: number): void {
    if (this.abandoned === before) {
      this.abandoned++;
      this.line.abandon();
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

/** Errors are cut here: servers answer in a line or two. */
const MAX_REASON_LENGTH = 500;

/** What an error says before it quotes the command: that has keys and values in it. */
function withoutCommand(message: string, keyPrefix = message): string {
  const quotes = [message.search(/,? with args\b/), message.indexOf(keyPrefix), MAX_REASON_LENGTH].filter((place) => place > 0);
  return message.slice(0, Math.min(...quotes));
}
