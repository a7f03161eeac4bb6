import { answers, elapse, fails, GuardFixture, hangs, LIMITS, sequence, times } from './guard-fixture';
import { DeadlineError } from '../../../lambda-runtime/resilience/deadline.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** How long an invocation may still wait. */
async function remainingMs(fixture: GuardFixture): Promise<number> {
  const since = performance.now();
  let endedAt = since;
  const waited = fixture.guard.within(fixture.invocation, hangs()).then(() => {
    endedAt = performance.now();
  });
  await elapse(2 * LIMITS.budgetMs);
  await waited;
  return endedAt - since;
}

describe('a server whose requests end by themselves', () => {
  const ownDeadlines = { hasOwnDeadlines: true };
  const runsOut = () => Promise.reject(new DeadlineError('no reply'));

  test('counts a request that ran out of time as a timeout, and discards the connection', async () => {
    const fixture = new GuardFixture(ownDeadlines);
    expect(await fixture.call(runsOut)).toBeUndefined();
    expect(fixture.counters).toMatchObject({ sharedTimeouts: 1, sharedErrors: 0 });
    expect(fixture.discarded).toBe(1);
    expect(fixture.warnings).toEqual([]);
  });

  test('has no other deadline than the budget', async () => {
    const fixture = new GuardFixture(ownDeadlines);
    const asked = fixture.call(hangs);
    await elapse(LIMITS.budgetMs - 1);
    expect(fixture.counters.sharedTimeouts).toBe(0);
    await elapse(2);
    expect(await asked).toBeUndefined();
    expect(fixture.discarded).toBe(0);
  });

  test('that is gone opens the breaker', async () => {
    const fixture = new GuardFixture(ownDeadlines);
    for (let i = 0; i < 4; i++) {
      await fixture.call(runsOut);
    }
    expect(fixture.calls).toBe(3);
  });
});

describe('the log', () => {
  test('has a connection that takes too long, with its address and its limit', async () => {
    const fixture = new GuardFixture({ address: 'fixture.internal:6379' });
    fixture.isConnected = false;
    for (let i = 0; i < 2; i++) {
      const told = fixture.guard.callInBackground(() => fixture.counters, hangs);
      await elapse(LIMITS.connectTimeoutMs + 1);
      await told;
    }
    expect(fixture.warnings).toEqual(['The shared cache at fixture.internal:6379 took longer than 250 ms to connect and answer.']);
  });

  test('has the same if no address is known', async () => {
    const fixture = new GuardFixture({ hasOwnDeadlines: true });
    fixture.isConnected = false;
    await fixture.call(() => Promise.reject(new DeadlineError('no reply')));
    expect(fixture.warnings).toEqual(['The shared cache took longer than 250 ms to connect and answer.']);
  });

  test('does not have a slow answer on a connection: the metrics have it', async () => {
    const fixture = new GuardFixture();
    const asked = fixture.call(hangs);
    await elapse(LIMITS.timeoutMs + 1);
    await asked;
    expect(fixture.warnings).toEqual([]);
  });

  test('has each failure once, whatever numbers are in it', async () => {
    const fixture = new GuardFixture();
    for (const message of ['MOVED 12 10.0.0.17', 'MOVED 3456 10.0.0.2', 'LOADING 12 %', 'MOVED 1 10.0.0.1']) {
      await fixture.call(() => Promise.reject(new Error(message)));
      await fixture.call(answers);
    }
    expect(fixture.warnings).toEqual(['The shared cache failed: MOVED 12 10.0.0.17', 'The shared cache failed: LOADING 12 %']);
  });

  test('has the whole error if no keys are known, without the arguments that some servers quote', async () => {
    const fixture = new GuardFixture({});
    await fixture.call(() => Promise.reject(new Error('READONLY You are talking to a replica')));
    await fixture.call(() => Promise.reject(new Error("ERR unknown command 'eval' with args beginning with: 'user::ann@example.com'")));
    expect(fixture.warnings).toEqual([
      'The shared cache failed: READONLY You are talking to a replica',
      "The shared cache failed: ERR unknown command 'eval'",
    ]);
  });
});

describe('an error of the command only', () => {
  const refuses = () => Promise.reject(new Error('ERR no such script'));
  const commandErrors = { isCommandError: (error: unknown) => String(error).includes('ERR ') };

  test('never opens the breaker', async () => {
    const fixture = new GuardFixture(commandErrors);
    for (let i = 0; i < 10; i++) {
      await fixture.call(refuses);
    }
    expect(fixture.calls).toBe(10);
    expect(fixture.counters).toMatchObject({ sharedErrors: 10, sharedSkips: 0 });
  });

  test('ends a probe: the server is there, and the next call shows more', async () => {
    const fixture = new GuardFixture(commandErrors);
    await fixture.breakDown();
    fixture.now += 1_000;
    await fixture.call(refuses);
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('of an earlier call does not end a probe', async () => {
    const fixture = new GuardFixture(commandErrors);
    let refuse = () => {};
    const late = fixture.guard.callInBackground(() => fixture.counters, () => new Promise<never>((_, reject) => {
      refuse = () => reject(new Error('ERR no such script'));
    }));
    await fixture.breakDown();
    fixture.now += 1_000;
    const probe = fixture.call(hangs);
    refuse();
    await late;
    const before = fixture.calls;
    await fixture.call(answers);
    expect(fixture.calls).toBe(before);
    await elapse(LIMITS.timeoutMs + 1);
    await probe;
  });
});

describe('the breaker\'s pause', () => {
  test('begins at a second again after the server was back', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    fixture.now += 1_000;
    await fixture.call(answers);
    await fixture.breakDown();
    fixture.now += 1_000;
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('begins at half a minute at once', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    for (let i = 0; i < 6; i++) {
      fixture.now += 30_000;
      await fixture.call(fails);
    }
    const before = fixture.calls;
    await fixture.call(answers);
    expect(fixture.calls).toBe(before);
  });
});

describe('the budget', () => {
  test('is whole after an answer within the usual time', async () => {
    const fixture = new GuardFixture();
    await sequence(fixture, [2]);
    expect(await remainingMs(fixture)).toBeGreaterThanOrEqual(LIMITS.budgetMs);
  });

  test('is paid back the time by which each usual answer was faster', async () => {
    const fixture = new GuardFixture();
    await sequence(fixture, times(100, 1), {});
    await sequence(fixture, [40, 1, 1]);
    const savedMs = await remainingMs(fixture) - (LIMITS.budgetMs - 40);
    // Four times the mean is usual.
    expect(savedMs).toBeGreaterThan(6);
    expect(savedMs).toBeLessThan(9);
  });

  test('is paid back once by concurrent answers', async () => {
    const fixture = new GuardFixture();
    await sequence(fixture, times(100, 1), {});
    await sequence(fixture, [40]);
    await Promise.all([1, 1, 1, 1, 1].map((latency) => sequence(fixture, [latency])));
    const savedMs = await remainingMs(fixture) - (LIMITS.budgetMs - 40);
    expect(savedMs).toBeGreaterThan(2);
    expect(savedMs).toBeLessThan(5);
  });

  test('includes the time so far of calls under way', async () => {
    const fixture = new GuardFixture();
    fixture.isConnected = false;
    const first = fixture.call(hangs);
    await elapse(LIMITS.budgetMs - 10);
    let isOver = false;
    const second = fixture.call(hangs).then(() => {
      isOver = true;
    });
    await elapse(11);
    expect(isOver).toBe(true);
    await Promise.all([first, second]);
  });

  test('learns usual times only from answers on a connection', async () => {
    const fixture = new GuardFixture();
    await sequence(fixture, times(300, 1), {});
    fixture.isConnected = false;
    for (let i = 0; i < 300; i++) {
      await sequence(fixture, [12], {});
    }
    fixture.isConnected = true;
    expect(await sequence(fixture, times(30, 8))).toBe(LIMITS.budgetMs / 8);
  });

  test('learns nothing from calls that fail', async () => {
    const fixture = new GuardFixture();
    await sequence(fixture, times(300, 1), {});
    for (let i = 0; i < 300; i++) {
      const asked = fixture.call(async () => {
        await new Promise((resolve) => setTimeout(resolve, 12));
        throw new Error('ERR');
      }, {});
      await elapse(12);
      await asked;
      await fixture.call(answers, {});
    }
    expect(await sequence(fixture, times(30, 8))).toBe(LIMITS.budgetMs / 8);
  });

  /** Waits for changes that take so long, one after the other; how many were waited for. */
  async function changes(fixture: GuardFixture, count: number, latency: number, result: boolean): Promise<number> {
    let done = 0;
    for (let i = 0; i < count; i++) {
      const waited = fixture.guard.within(fixture.invocation, new Promise<boolean>((resolve) => {
        setTimeout(() => resolve(result), latency);
      }));
      await elapse(latency);
      done += await waited === undefined ? 0 : 1;
    }
    return done;
  }

  test('allows twice the usual time for two round trips', async () => {
    expect(await changes(new GuardFixture(), 100, 20, true)).toBe(100);
    expect(await changes(new GuardFixture(), 100, 30, true)).toBe(LIMITS.budgetMs / 30);
  });

  test('is spent by changes that failed', async () => {
    expect(await changes(new GuardFixture(), 200, 2, false)).toBe(LIMITS.budgetMs / 2);
  });
});
