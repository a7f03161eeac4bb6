import { answers, answersIn, elapse, GuardFixture, hangs, LIMITS, sequence, times } from './guard-fixture';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the budget of an invocation', () => {
  test('ends all waiting when it is spent, and later calls are not sent', async () => {
    const fixture = new GuardFixture();
    const all = [];
    for (let i = 0; i < 4; i++) {
      const pending = fixture.call(hangs);
      all.push(pending);
      await elapse(LIMITS.timeoutMs + 1);
      await pending;
      await fixture.call(answers, {}); // another call succeeds, so that the breaker stays closed
    }
    expect(fixture.counters).toMatchObject({ sharedTimeouts: 3, sharedSkips: 1 });
    expect(fixture.counters.sharedLatencies.reduce((sum, each) => sum + each, 0)).toBeLessThan(LIMITS.budgetMs + 10);
  });

  test('is spent once by concurrent calls', async () => {
    const fixture = new GuardFixture();
    const pending = Promise.all([fixture.call(hangs), fixture.call(hangs), fixture.call(hangs)]);
    await elapse(LIMITS.timeoutMs + 1);
    await pending;
    await fixture.call(answers, {});
    fixture.now += 60_000;
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('is each invocation\'s own', async () => {
    const fixture = new GuardFixture();
    for (let i = 0; i < 2; i++) {
      const pending = fixture.call(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await pending;
    }
    expect(await fixture.call(answers, { another: 'invocation' })).toBe('answer');
  });

  test('that runs out during a call proves nothing about the server', async () => {
    const fixture = new GuardFixture();
    for (let i = 0; i < 2; i++) {
      const pending = fixture.call(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await pending;
    }
    const cutShort = fixture.call(hangs); // with 20 ms left: it would be the third failure in a row
    await elapse(25);
    await cutShort;
    expect(fixture.discarded).toBe(2);
    expect(await fixture.call(answers, {})).toBe('answer');
  });
});

describe('the budget charges unusual waits', () => {
  test('a healthy server answers any number of calls in one invocation', async () => {
    const cache = new GuardFixture();
    expect(await sequence(cache, times(3_000, 1))).toBe(3_000);
  });

  test('a more distant server has a longer usual latency', async () => {
    const cache = new GuardFixture();
    expect(await sequence(cache, times(500, 8))).toBe(500);
  });

  test('a server that becomes slow costs an invocation no more than the budget', async () => {
    const cache = new GuardFixture();
    await sequence(cache, times(100, 1), {});
    expect(await sequence(cache, times(100, 40))).toBe(LIMITS.budgetMs / 40);
    expect(cache.counters.sharedLatencies.slice(100).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(LIMITS.budgetMs);
  });

  test('slowness never becomes usual, however long it lasts', async () => {
    const cache = new GuardFixture();
    for (let invocation = 0; invocation < 300; invocation++) {
      await sequence(cache, times(4, 14), {});
    }
    expect(await sequence(cache, times(50, 14))).toBe(Math.floor(LIMITS.budgetMs / 14));
  });

  test('usual answers pay back the stalls between them', async () => {
    const cache = new GuardFixture();
    const stallsNowAndThen = Array.from({ length: 20 }, () => [...times(50, 1), 30]).flat();
    expect(await sequence(cache, stallsNowAndThen)).toBe(stallsNowAndThen.length);
  });

  test('but save nothing up: after them, there is one budget', async () => {
    const cache = new GuardFixture();
    await sequence(cache, times(1_000, 1));
    expect(await sequence(cache, times(50, 40))).toBe(LIMITS.budgetMs / 40);
  });

  test('errors cost their duration, however short', async () => {
    const cache = new GuardFixture();
    const refuses = () => answersIn(2)().then(() => Promise.reject(new Error('ERR')));
    let calls = 0;
    for (let i = 0; i < 200; i++) {
      await cache.call(answers, {});
      const before = cache.calls;
      const pending = cache.call(refuses);
      await elapse(2);
      await pending;
      calls += cache.calls - before;
    }
    expect(calls).toBe(LIMITS.budgetMs / 2);
  });

  test('calls that overlap without an end are not one long wait', async () => {
    const cache = new GuardFixture();
    const answered = Promise.all(Array.from({ length: 10 }, async (_, chain) => {
      await answersIn(chain / 10)();
      let count = 0;
      for (let i = 0; i < 300; i++) {
        count += await cache.call(answersIn(1)) === undefined ? 0 : 1;
      }
      return count;
    }));
    await elapse(2_000);
    expect(await answered).toEqual(times(10, 300));
  });

  test('unusual calls that overlap are charged once', async () => {
    const cache = new GuardFixture();
    const first = cache.call(answersIn(45));
    await elapse(10);
    const second = cache.call(answersIn(25));
    await elapse(50);
    await Promise.all([first, second]);
    // 45 ms of 120 are spent: one more of 40 leaves 35.
    expect(await sequence(cache, [40, 34, 34])).toBe(2);
  });
});

describe('work that runs by itself', () => {
  test('is waited for as long as the budget lasts, and its result is the answer', async () => {
    const fixture = new GuardFixture();
    const done = fixture.guard.within(fixture.invocation, new Promise((resolve) => {
      setTimeout(() => resolve('done'), LIMITS.budgetMs - 10);
    }));
    await elapse(LIMITS.budgetMs);
    expect(await done).toBe('done');
    const more = fixture.guard.within(fixture.invocation, hangs());
    await elapse(12);
    expect(await more).toBeUndefined();
  });

  test('spends the budget of calls', async () => {
    const fixture = new GuardFixture();
    const done = fixture.guard.within(fixture.invocation, hangs());
    await elapse(LIMITS.budgetMs + 1);
    await done;
    expect(await fixture.call(answers)).toBeUndefined();
    expect(fixture.counters.sharedSkips).toBe(1);
  });
});
