import { Breaker } from './breaker.js';
import { inTime, TIMED_OUT } from './deadline.js';
import type { Counters } from '../engine/counters.js';
import { messageOf } from '../engine/kind.js';

/** How long a tier may keep an invocation waiting. */
export interface Limits {
  /** One call. */
  readonly timeoutMs: number;
  /** One call that must wait for a connection. */
  readonly connectTimeoutMs: number;
  /** All calls of one invocation together. */
  readonly budgetMs: number;
}

/** The time that one invocation has waited for a tier. Calls that overlap are waited for once. */
export class Waits {
  private underWay = 0;
  private since = 0;
  private totalMs = 0;

  public begin(): void {
    if (this.underWay++ === 0) {
      this.since = performance.now();
    }
  }

  public end(): void {
    if (--this.underWay === 0) {
      this.totalMs += performance.now() - this.since;
    }
  }

  public get spentMs(): number {
    return this.totalMs + (this.underWay === 0 ? 0 : performance.now() - this.since);
  }
}

/** What calls go over. */
export interface Line {
  /** Whether a call goes out at once, or must wait for a connection. */
  readonly isConnected: boolean;
  /** The connection is not to be used again: nobody may be at its other end. */
  abandon(): void;
}

/**
 * Stands between a cache and a tier that may be gone, slow, or worse: every call ends in time, and an error is no more than
 * an answer that is missing.
 */
export class Guard {
  private readonly breaker: Breaker;
  /** How many connections were given up. */
  private abandoned = 0;

  /** @param waits of the invocations, for guards that have one budget in common */
  public constructor(
    private readonly limits: Limits,
    private readonly line: Line,
    now: () => number,
    private readonly warnOnce: (message: string) => void,
    private readonly waits = new WeakMap<object, Waits>(),
  ) {
    this.breaker = new Breaker(now);
  }

  /**
   * A call that an invocation waits for.
   *
   * @param scope whatever the budget belongs to: the invocation
   * @returns undefined if there is no answer
   */
  public async ask<T>(scope: object, counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    const waits = this.waitsOf(scope);
    const remainingMs = this.limits.budgetMs - waits.spentMs;
    if (remainingMs <= 0) {
      counters.sharedSkips++;
      return undefined;
    }
    waits.begin();
    try {
      return await this.attempt(this.line.isConnected ? this.limits.timeoutMs : this.limits.connectTimeoutMs, counters, call, remainingMs);
    } finally {
      waits.end();
    }
  }

  /**
   * Waits for what goes on whether anybody waits for it or not, for as long as the invocation may wait at all.
   *
   * @returns undefined if it is not done by then
   */
  public async within<T>(scope: object, work: Promise<T>): Promise<T | undefined> {
    const waits = this.waitsOf(scope);
    const remainingMs = this.limits.budgetMs - waits.spentMs;
    if (remainingMs <= 0) {
      return undefined;
    }
    waits.begin();
    try {
      const result = await inTime(work, remainingMs);
      return result === TIMED_OUT ? undefined : result;
    } finally {
      waits.end();
    }
  }

  /** A call that nobody waits for: it may take as long as making a connection. */
  public async tell<T>(counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(Math.max(this.limits.connectTimeoutMs, this.limits.timeoutMs), counters, call);
  }

  private async attempt<T>(deadlineMs: number, counters: Counters, call: () => Promise<T>, remainingMs = Infinity): Promise<T | undefined> {
    const pass = this.breaker.admit();
    if (pass === undefined) {
      counters.sharedSkips++;
      counters.breakerOpen = 1;
      return undefined;
    }
    const { abandoned } = this;
    const startedAt = performance.now();
    try {
      const answer = await inTime(call(), Math.min(deadlineMs, remainingMs));
      if (answer !== TIMED_OUT) {
        this.breaker.succeeded();
        return answer;
      }
      counters.sharedTimeouts++;
      if (deadlineMs <= remainingMs) {
        this.breaker.failed(pass);
        this.abandon(abandoned);
      } else {
        // Only the invocation has no more time to give.
        this.breaker.gaveUp(pass);
      }
    } catch (error) {
      this.breaker.failed(pass);
      counters.sharedErrors++;
      this.warnOnce(`The shared cache failed: ${messageOf(error)}`);
    } finally {
      counters.addSharedLatency(performance.now() - startedAt);
    }
    return undefined;
  }

  /** Gives up the connection of a call, unless that has happened already: whatever took its place is another. */
  private abandon(before: number): void {
    if (this.abandoned === before) {
      this.abandoned++;
      this.line.abandon();
    }
  }

  private waitsOf(scope: object): Waits {
    let waits = this.waits.get(scope);
    if (waits === undefined) {
      waits = new Waits();
      this.waits.set(scope, waits);
    }
    return waits;
  }
}
