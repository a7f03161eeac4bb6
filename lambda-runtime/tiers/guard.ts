import { Breaker } from './breaker.js';
import type { Counters } from '../engine/counters.js';

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
    private readonly isConnected: () => boolean,
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
    const { timeoutMs, connectTimeoutMs } = this.limits;
    waits.begin();
    try {
      return await this.attempt(Math.min(remainingMs, this.isConnected() ? timeoutMs : connectTimeoutMs), counters, call);
    } finally {
      waits.end();
    }
  }

  /** A call that nobody waits for: it may take as long as making a connection. */
  public async tell<T>(counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    return this.attempt(Math.max(this.limits.connectTimeoutMs, this.limits.timeoutMs), counters, call);
  }

  private async attempt<T>(deadlineMs: number, counters: Counters, call: () => Promise<T>): Promise<T | undefined> {
    if (!this.breaker.admits()) {
      counters.sharedSkips++;
      counters.breakerOpen = 1;
      return undefined;
    }
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<typeof TIMED_OUT>((resolve) => {
      timer = setTimeout(() => resolve(TIMED_OUT), deadlineMs);
    });
    try {
      const answer = await Promise.race([call(), tooLate]);
      if (answer !== TIMED_OUT) {
        this.breaker.succeeded();
        return answer;
      }
      this.breaker.failed();
      counters.sharedTimeouts++;
    } catch (error) {
      this.breaker.failed();
      counters.sharedErrors++;
      this.warnOnce(`The shared cache failed: ${messageOf(error)}`);
    } finally {
      clearTimeout(timer);
      counters.addSharedLatency(performance.now() - startedAt);
    }
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
