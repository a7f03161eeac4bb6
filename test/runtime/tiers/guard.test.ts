import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { Guard } from '../../../lambda-runtime/tiers/guard.js';
import { Warnings } from '../../../lambda-runtime/warnings.js';

const LIMITS = { timeoutMs: 50, connectTimeoutMs: 250, budgetMs: 120 };

/** A guard on a virtual clock, before a server whose every answer the test gives. */
class Line {
  public now = Date.UTC(2026, 0, 1);
  public isConnected = true;
  public abandoned = 0;
  public calls = 0;
  public readonly warnings: string[] = [];
  public readonly counters = new Counters();
  public readonly invocation = {};
  public readonly guard = new Guard(LIMITS, this, () => this.now, new Warnings((message) => this.warnings.push(message)).once, undefined, { keyPrefix: 'shop:' });

  public abandon(): void {
    this.abandoned++;
  }

  public ask<T>(call: () => Promise<T>, scope: object = this.invocation): Promise<T | undefined> {
    return this.guard.ask(scope, () => this.counters, () => {
      this.calls++;
      return call();
    });
  }

  /** Fails as often as it takes. */
  public async breakDown(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await this.ask(fails);
    }
  }
}

const fails = () => Promise.reject(new Error('ECONNREFUSED'));
const hangs = () => new Promise<never>(() => {});
const answers = () => Promise.resolve('answer');

/** Time passes for timers, and for what measures it; then everything that can happen has happened. */
async function elapse(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('an answer in time is the answer', async () => {
  const it = new Line();
  expect(await it.ask(answers)).toBe('answer');
  expect(it.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0, sharedSkips: 0, sharedLatencies: [expect.any(Number)] });
});

test.each([
  ["ERR unknown command 'eval', with args beginning with: 'return 1', '1', 'shop:2:user::ann@example.com', ", "ERR unknown command 'eval'"],
  ['WRONGTYPE shop:2:user::ann@example.com holds a list', 'WRONGTYPE '],
  ['ECONNREFUSED '.repeat(100), 'ECONNREFUSED '.repeat(100).slice(0, 500)],
])('what a server says is logged without the command that it quotes', async (message, logged) => {
  const line = new Line();
  await line.ask(() => Promise.reject(new Error(message)));
  expect(line.warnings).toEqual([`The shared cache failed: ${logged}`]);
});

test('an error is no answer, is counted, and said', async () => {
  const it = new Line();
  expect(await it.ask(fails)).toBeUndefined();
  expect(it.counters).toMatchObject({ sharedErrors: 1, sharedTimeouts: 0 });
  expect(it.warnings).toEqual(['The shared cache failed: ECONNREFUSED']);
});

test('a call that throws before there is a promise is an error too', async () => {
  const it = new Line();
  expect(await it.ask(() => { throw new Error('no socket'); })).toBeUndefined();
  expect(it.counters.sharedErrors).toBe(1);
});

describe('the deadline', () => {
  test('ends the wait, and the connection is not used again', async () => {
    const it = new Line();
    const asked = it.ask(hangs);
    await elapse(LIMITS.timeoutMs - 1);
    expect(it.counters.sharedTimeouts).toBe(0);
    await elapse(2);
    expect(await asked).toBeUndefined();
    expect(it.counters).toMatchObject({ sharedTimeouts: 1, sharedErrors: 0 });
    expect(it.abandoned).toBe(1);
  });

  test('is that of a connection where there is none yet', async () => {
    const it = new Line();
    it.isConnected = false;
    let answer = (_: string) => {};
    const asked = it.ask(() => new Promise<string>((resolve) => { answer = resolve; }));
    await elapse(LIMITS.timeoutMs + 20);
    answer('late, but here');
    expect(await asked).toBe('late, but here');
  });

  test('of a call on a connection that was given up does not cost its successor', async () => {
    const it = new Line();
    const told = it.guard.tell(() => it.counters, hangs);
    const asked = it.ask(hangs);
    await elapse(LIMITS.timeoutMs + 1);
    await asked;
    expect(it.abandoned).toBe(1);
    await elapse(LIMITS.connectTimeoutMs);
    await told;
    expect(it.abandoned).toBe(1);
  });

  test('does not count against an answer that came while the handler itself held everything up', async () => {
    const it = new Line();
    let answer = (_: string) => {};
    const asked = it.ask(() => new Promise<string>((resolve) => { answer = resolve; }));
    // What a busy event loop does: timers that are due first, then what sockets have received.
    jest.advanceTimersByTime(LIMITS.timeoutMs);
    answer('it was there');
    await elapse(1);
    expect(await asked).toBe('it was there');
    expect(it.counters.sharedTimeouts).toBe(0);
  });
});

describe('the budget of an invocation', () => {
  test('ends all waiting when it is spent, and the calls after that are not made', async () => {
    const it = new Line();
    const all = [];
    for (let i = 0; i < 4; i++) {
      const asked = it.ask(hangs);
      all.push(asked);
      await elapse(LIMITS.timeoutMs + 1);
      await asked;
      await it.ask(answers, {}); // somebody else is well, so the breaker stays out of this
    }
    expect(it.counters).toMatchObject({ sharedTimeouts: 3, sharedSkips: 1 });
    expect(it.counters.sharedLatencies.reduce((sum, each) => sum + each, 0)).toBeLessThan(LIMITS.budgetMs + 10);
  });

  test('is spent once by calls that wait side by side', async () => {
    const it = new Line();
    const asked = Promise.all([it.ask(hangs), it.ask(hangs), it.ask(hangs)]);
    await elapse(LIMITS.timeoutMs + 1);
    await asked;
    await it.ask(answers, {});
    it.now += 60_000;
    expect(await it.ask(answers)).toBe('answer');
  });

  test('is everybody’s own', async () => {
    const it = new Line();
    for (let i = 0; i < 2; i++) {
      const asked = it.ask(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await asked;
    }
    expect(await it.ask(answers, { another: 'invocation' })).toBe('answer');
  });

  test('that runs out during a call says nothing about the server', async () => {
    const it = new Line();
    for (let i = 0; i < 2; i++) {
      const asked = it.ask(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await asked;
    }
    const cutShort = it.ask(hangs); // with 20 ms left: it would be the third failure in a row
    await elapse(25);
    await cutShort;
    expect(it.abandoned).toBe(2);
    expect(await it.ask(answers, {})).toBe('answer');
  });
});

/** Answers after so many milliseconds. */
const answersIn = (milliseconds: number) => () => new Promise<string>((resolve) => {
  setTimeout(() => resolve('answer'), milliseconds);
});

/** One call after the other; how many were answered. */
async function sequence(cache: Line, latencies: readonly number[], scope?: object): Promise<number> {
  let answered = 0;
  for (const latency of latencies) {
    const asked = cache.ask(answersIn(latency), scope);
    await elapse(latency);
    answered += await asked === undefined ? 0 : 1;
  }
  return answered;
}

const times = (count: number, latency: number) => Array.from({ length: count }, () => latency);

describe('the budget charges what is unusual', () => {
  test('a healthy server answers however many calls an invocation makes', async () => {
    const cache = new Line();
    expect(await sequence(cache, times(3_000, 1))).toBe(3_000);
  });

  test('a server that is farther away has a longer usual latency', async () => {
    const cache = new Line();
    expect(await sequence(cache, times(500, 8))).toBe(500);
  });

  test('a server that becomes slow costs an invocation no more than the budget', async () => {
    const cache = new Line();
    await sequence(cache, times(100, 1), {});
    expect(await sequence(cache, times(100, 40))).toBe(LIMITS.budgetMs / 40);
    expect(cache.counters.sharedLatencies.slice(100).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(LIMITS.budgetMs);
  });

  test('slowness never becomes usual, however long it lasts', async () => {
    const cache = new Line();
    for (let invocation = 0; invocation < 300; invocation++) {
      await sequence(cache, times(4, 14), {});
    }
    expect(await sequence(cache, times(50, 14))).toBe(Math.floor(LIMITS.budgetMs / 14));
  });

  test('usual answers pay back the stalls between them', async () => {
    const cache = new Line();
    const stallsNowAndThen = Array.from({ length: 20 }, () => [...times(50, 1), 30]).flat();
    expect(await sequence(cache, stallsNowAndThen)).toBe(stallsNowAndThen.length);
  });

  test('but save nothing for later: what comes after them has one budget', async () => {
    const cache = new Line();
    await sequence(cache, times(1_000, 1));
    expect(await sequence(cache, times(50, 40))).toBe(LIMITS.budgetMs / 40);
  });

  test('errors cost what they take, however soon they come', async () => {
    const cache = new Line();
    const refuses = () => answersIn(2)().then(() => Promise.reject(new Error('ERR')));
    let calls = 0;
    for (let i = 0; i < 200; i++) {
      await cache.ask(answers, {});
      const before = cache.calls;
      const asked = cache.ask(refuses);
      await elapse(2);
      await asked;
      calls += cache.calls - before;
    }
    expect(calls).toBe(LIMITS.budgetMs / 2);
  });

  test('calls that overlap without an end are no single long wait', async () => {
    const cache = new Line();
    const answered = Promise.all(Array.from({ length: 10 }, async (_, chain) => {
      await answersIn(chain / 10)();
      let count = 0;
      for (let i = 0; i < 300; i++) {
        count += await cache.ask(answersIn(1)) === undefined ? 0 : 1;
      }
      return count;
    }));
    await elapse(2_000);
    expect(await answered).toEqual(times(10, 300));
  });

  test('unusual calls that overlap are charged once', async () => {
    const cache = new Line();
    const first = cache.ask(answersIn(45));
    await elapse(10);
    const second = cache.ask(answersIn(25));
    await elapse(50);
    await Promise.all([first, second]);
    // 45 ms of 120 are spent: one more of 40 leaves 35.
    expect(await sequence(cache, [40, 34, 34])).toBe(2);
  });
});

describe('the breaker', () => {
  test('opens after three failures in a row: then nobody calls', async () => {
    const it = new Line();
    await it.breakDown();
    expect(await it.ask(answers)).toBeUndefined();
    expect(it.calls).toBe(3);
    expect(it.counters).toMatchObject({ sharedErrors: 3, sharedSkips: 1, breakerOpen: 1 });
  });

  test('does not open because calls side by side met the same failure', async () => {
    const it = new Line();
    const asked = Promise.all(Array.from({ length: 10 }, () => it.ask(hangs)));
    await elapse(LIMITS.timeoutMs + 1);
    await asked;
    expect(it.counters.sharedTimeouts).toBe(10);
    expect(it.abandoned).toBe(1);
    expect(await it.ask(answers)).toBe('answer');
  });

  test('is not told by a call from before that a probe has ended', async () => {
    const it = new Line();
    let fail = (_: Error) => {};
    const late = it.guard.tell(() => it.counters, () => new Promise<string>((_, reject) => { fail = reject; }));
    await it.breakDown();
    it.now += 1_000;
    let answer = (_: string) => {};
    const probe = it.ask(() => new Promise<string>((resolve) => { answer = resolve; }));
    fail(new Error('ECONNRESET'));
    await late;
    expect(await it.ask(answers)).toBeUndefined();
    answer('back');
    expect(await probe).toBe('back');
  });

  test('does not open if any call between them succeeds', async () => {
    const it = new Line();
    for (const call of [fails, fails, answers, fails, fails]) {
      await it.ask<string>(call);
    }
    expect(await it.ask(answers)).toBe('answer');
  });

  test('lets one call through after a second, and closes if it succeeds', async () => {
    const it = new Line();
    await it.breakDown();
    it.now += 1_000;
    let answer = (_: string) => {};
    const probe = it.ask(() => new Promise<string>((resolve) => { answer = resolve; }));
    expect(await it.ask(answers)).toBeUndefined(); // one is enough to find out
    answer('back');
    expect(await probe).toBe('back');
    expect(await it.ask(answers)).toBe('answer');
  });

  test('waits twice as long after each probe that fails, and half a minute at most', async () => {
    const it = new Line();
    await it.breakDown();
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      it.now += pauseMs - 1;
      await it.ask(fails);
      const before = it.calls;
      it.now += 1;
      await it.ask(fails);
      expect(it.calls).toBe(before + 1);
    }
  });

  test('lets a probe through when the clock jumped, in either direction', async () => {
    for (const jumpMs of [-3_600_000, 3_600_000]) {
      const it = new Line();
      await it.breakDown();
      it.now += jumpMs;
      expect(await it.ask(answers)).toBe('answer');
    }
  });

  test('does not wait for ever for a probe that had no time left', async () => {
    const it = new Line();
    await it.breakDown();
    it.now += 1_000;
    for (let i = 0; i < 2; i++) {
      const asked = it.ask(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await asked;
      it.now += 30_000;
    }
    const cutShort = it.ask(hangs);
    await elapse(25);
    await cutShort;
    expect(await it.ask(answers, {})).toBe('answer');
  });
});

describe('work that goes on by itself', () => {
  test('is waited for as long as the budget lasts, and what it brings is the answer', async () => {
    const it = new Line();
    const done = it.guard.within(it.invocation, new Promise((resolve) => {
      setTimeout(() => resolve('done'), LIMITS.budgetMs - 10);
    }));
    await elapse(LIMITS.budgetMs);
    expect(await done).toBe('done');
    const more = it.guard.within(it.invocation, hangs());
    await elapse(12);
    expect(await more).toBeUndefined();
  });

  test('spends the budget that calls have', async () => {
    const it = new Line();
    const done = it.guard.within(it.invocation, hangs());
    await elapse(LIMITS.budgetMs + 1);
    await done;
    expect(await it.ask(answers)).toBeUndefined();
    expect(it.counters.sharedSkips).toBe(1);
  });
});

test('work that nobody waits for has the time to connect, and no budget', async () => {
  const it = new Line();
  const told = it.guard.tell(() => it.counters, hangs);
  await elapse(LIMITS.connectTimeoutMs - 1);
  expect(it.counters.sharedTimeouts).toBe(0);
  await elapse(2);
  expect(await told).toBeUndefined();
  expect(it.counters.sharedTimeouts).toBe(1);
});
