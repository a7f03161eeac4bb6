import { Breaker } from './breaker.js';
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
class Waits {
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

const TIMED_OUT = Symbol('timed out');

/**
 * Stands between a cache and a tier that may be gone, slow, or worse: every call ends in time, and an error is no more than
 * an answer that is missing.
 */
export class Guard {
  private readonly breaker: Breaker;
  private readonly waits = new WeakMap<object, Waits>();

  public constructor(
    private readonly limits: Limits,
    private readonly line: Line,
    now: () => number,
    private readonly warnOnce: (message: string) => void,
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
    let waits = this.waits.get(scope);
    if (waits === undefined) {
      waits = new Waits();
      this.waits.set(scope, waits);
    }
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

  /** A call that nobody waits for: it may take as long as making a connection. */
  public async tell<T>(counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(Math.max(this.limits.connectTimeoutMs, this.limits.timeoutMs), counters, call);
  }

  private async attempt<T>(deadlineMs: number, counters: Counters, call: () => Promise<T>, remainingMs = Infinity): Promise<T | undefined> {
    if (!this.breaker.admits()) {
      counters.sharedSkips++;
      counters.breakerOpen = 1;
      return undefined;
    }
    const startedAt = performance.now();
    const deadline = new Deadline(Math.min(deadlineMs, remainingMs));
    try {
      const answer = await Promise.race([call(), deadline.passed]);
      if (answer !== TIMED_OUT) {
        this.breaker.succeeded();
        return answer;
      }
      counters.sharedTimeouts++;
      this.missed(deadlineMs <= remainingMs);
    } catch (error) {
      this.breaker.failed();
      counters.sharedErrors++;
      this.warnOnce(`The shared cache failed: ${messageOf(error)}`);
    } finally {
      deadline.cancel();
      counters.addSharedLatency(performance.now() - startedAt);
    }
    return undefined;
  }

  /** If the call had all its time, there is a fault; else only the invocation has no more to give. */
  private missed(isFault: boolean): void {
    if (isFault) {
      this.breaker.failed();
      this.line.abandon();
    } else {
      this.breaker.gaveUp();
    }
  }
}

class Deadline {
  public readonly passed: Promise<typeof TIMED_OUT>;
  private timer?: NodeJS.Timeout;

  public constructor(milliseconds: number) {
    this.passed = new Promise((resolve) => {
      // Then once round the event loop: where the handler's own work has held it up, the answer may be here and unread.
      this.timer = setTimeout(() => setImmediate(resolve, TIMED_OUT), milliseconds);
    });
  }

  public cancel(): void {
    clearTimeout(this.timer);
  }
}
