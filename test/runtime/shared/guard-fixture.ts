import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { Warnings } from '../../../lambda-runtime/engine/warnings.js';
import { Guard, type ServerTraits } from '../../../lambda-runtime/shared/guard.js';

export const LIMITS = { timeoutMs: 50, connectTimeoutMs: 250, budgetMs: 120 };

/** A guard on a virtual clock, before a server whose every answer the test gives. */
export class GuardFixture {
  public now = Date.UTC(2026, 0, 1);
  public isConnected = true;
  public discarded = 0;
  public calls = 0;
  public readonly warnings: string[] = [];
  public readonly counters = new Counters();
  public readonly invocation = {};
  public readonly guard: Guard;

  public constructor(server: ServerTraits = { keyPrefix: 'shop:' }) {
    this.guard = new Guard(LIMITS, this, () => this.now, new Warnings((message) => this.warnings.push(message)).warnOnce, undefined, server);
  }

  public discard(): void {
    this.discarded++;
  }

  public call<T>(call: () => Promise<T>, scope: object = this.invocation): Promise<T | undefined> {
    return this.guard.call(scope, () => this.counters, () => {
      this.calls++;
      return call();
    });
  }

  /** Fails as often as it takes. */
  public async breakDown(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await this.call(fails);
    }
  }
}

export const fails = () => Promise.reject(new Error('ECONNREFUSED'));
export const hangs = () => new Promise<never>(() => {});
export const answers = () => Promise.resolve('answer');

/** Time passes for timers, and for what measures it; then everything that can happen has happened. */
export async function elapse(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

/** Answers after so many milliseconds. */
export const answersIn = (milliseconds: number) => () => new Promise<string>((resolve) => {
  setTimeout(() => resolve('answer'), milliseconds);
});

/** One call after the other; how many were answered. */
export async function sequence(cache: GuardFixture, latencies: readonly number[], scope?: object): Promise<number> {
  let answered = 0;
  for (const latency of latencies) {
    const pending = cache.call(answersIn(latency), scope);
    await elapse(latency);
    answered += await pending === undefined ? 0 : 1;
  }
  return answered;
}

export const times = (count: number, latency: number) => Array.from({ length: count }, () => latency);
