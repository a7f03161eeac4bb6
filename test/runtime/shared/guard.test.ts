import { answers, elapse, fails, GuardFixture, hangs, LIMITS } from './guard-fixture';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('an answer in time is returned', async () => {
  const fixture = new GuardFixture();
  expect(await fixture.call(answers)).toBe('answer');
  expect(fixture.counters).toMatchObject({ sharedErrors: 0, sharedTimeouts: 0, sharedSkips: 0, sharedLatencies: [expect.any(Number)] });
});

test.each([
  ["ERR unknown command 'eval', with args beginning with: 'return 1', '1', 'shop:2:user::ann@example.com', ", "ERR unknown command 'eval'"],
  ['WRONGTYPE shop:2:user::ann@example.com holds a list', 'WRONGTYPE '],
  ['ECONNREFUSED '.repeat(100), 'ECONNREFUSED '.repeat(100).slice(0, 500)],
])('a server\'s error is logged without the command that it quotes', async (message, logged) => {
  const fixture = new GuardFixture();
  await fixture.call(() => Promise.reject(new Error(message)));
  expect(fixture.warnings).toEqual([`The shared cache failed: ${logged}`]);
});

test('an error is no answer, is counted, and logged', async () => {
  const fixture = new GuardFixture();
  expect(await fixture.call(fails)).toBeUndefined();
  expect(fixture.counters).toMatchObject({ sharedErrors: 1, sharedTimeouts: 0 });
  expect(fixture.warnings).toEqual(['The shared cache failed: ECONNREFUSED']);
});

test('a call that throws before there is a promise is an error too', async () => {
  const fixture = new GuardFixture();
  expect(await fixture.call(() => { throw new Error('no socket'); })).toBeUndefined();
  expect(fixture.counters.sharedErrors).toBe(1);
});

describe('the deadline', () => {
  test('ends the wait, and the connection is not used again', async () => {
    const fixture = new GuardFixture();
    const pending = fixture.call(hangs);
    await elapse(LIMITS.timeoutMs - 1);
    expect(fixture.counters.sharedTimeouts).toBe(0);
    await elapse(2);
    expect(await pending).toBeUndefined();
    expect(fixture.counters).toMatchObject({ sharedTimeouts: 1, sharedErrors: 0 });
    expect(fixture.discarded).toBe(1);
  });

  test('is that of a connection if there is none yet', async () => {
    const fixture = new GuardFixture();
    fixture.isConnected = false;
    let answer = (_: string) => {};
    const pending = fixture.call(() => new Promise<string>((resolve) => { answer = resolve; }));
    await elapse(LIMITS.timeoutMs + 20);
    answer('late, but here');
    expect(await pending).toBe('late, but here');
  });

  test('of a call on a discarded connection does not affect the next connection', async () => {
    const fixture = new GuardFixture();
    const inBackground = fixture.guard.callInBackground(() => fixture.counters, hangs);
    const pending = fixture.call(hangs);
    await elapse(LIMITS.timeoutMs + 1);
    await pending;
    expect(fixture.discarded).toBe(1);
    await elapse(LIMITS.connectTimeoutMs);
    await inBackground;
    expect(fixture.discarded).toBe(1);
  });

  test('does not reject an answer that arrived while the handler itself blocked the thread', async () => {
    const fixture = new GuardFixture();
    let answer = (_: string) => {};
    const pending = fixture.call(() => new Promise<string>((resolve) => { answer = resolve; }));
    // What a busy event loop does: timers that are due first, then what sockets have received.
    jest.advanceTimersByTime(LIMITS.timeoutMs);
    answer('it was there');
    await elapse(1);
    expect(await pending).toBe('it was there');
    expect(fixture.counters.sharedTimeouts).toBe(0);
  });
});

describe('the breaker', () => {
  test('opens after three failures in a row: then no call is sent', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    expect(await fixture.call(answers)).toBeUndefined();
    expect(fixture.calls).toBe(3);
    expect(fixture.counters).toMatchObject({ sharedErrors: 3, sharedSkips: 1, breakerOpen: 1 });
  });

  test('does not open because concurrent calls met the same failure', async () => {
    const fixture = new GuardFixture();
    const pending = Promise.all(Array.from({ length: 10 }, () => fixture.call(hangs)));
    await elapse(LIMITS.timeoutMs + 1);
    await pending;
    expect(fixture.counters.sharedTimeouts).toBe(10);
    expect(fixture.discarded).toBe(1);
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('does not count an earlier call as the end of a probe', async () => {
    const fixture = new GuardFixture();
    let fail = (_: Error) => {};
    const late = fixture.guard.callInBackground(() => fixture.counters, () => new Promise<string>((_, reject) => { fail = reject; }));
    await fixture.breakDown();
    fixture.now += 1_000;
    let answer = (_: string) => {};
    const probe = fixture.call(() => new Promise<string>((resolve) => { answer = resolve; }));
    fail(new Error('ECONNRESET'));
    await late;
    expect(await fixture.call(answers)).toBeUndefined();
    answer('back');
    expect(await probe).toBe('back');
  });

  test('does not open if any call between them succeeds', async () => {
    const fixture = new GuardFixture();
    for (const call of [fails, fails, answers, fails, fails]) {
      await fixture.call<string>(call);
    }
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('admits one call after a second, and closes if it succeeds', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    fixture.now += 1_000;
    let answer = (_: string) => {};
    const probe = fixture.call(() => new Promise<string>((resolve) => { answer = resolve; }));
    expect(await fixture.call(answers)).toBeUndefined(); // one is enough to find out
    answer('back');
    expect(await probe).toBe('back');
    expect(await fixture.call(answers)).toBe('answer');
  });

  test('waits twice as long after each failed probe, and half a minute at most', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      fixture.now += pauseMs - 1;
      await fixture.call(fails);
      const before = fixture.calls;
      fixture.now += 1;
      await fixture.call(fails);
      expect(fixture.calls).toBe(before + 1);
    }
  });

  test('admits a probe when the clock jumped, in either direction', async () => {
    for (const jumpMs of [-3_600_000, 3_600_000]) {
      const fixture = new GuardFixture();
      await fixture.breakDown();
      fixture.now += jumpMs;
      expect(await fixture.call(answers)).toBe('answer');
    }
  });

  test('does not wait forever for a probe that had no time left', async () => {
    const fixture = new GuardFixture();
    await fixture.breakDown();
    fixture.now += 1_000;
    for (let i = 0; i < 2; i++) {
      const pending = fixture.call(hangs);
      await elapse(LIMITS.timeoutMs + 1);
      await pending;
      fixture.now += 30_000;
    }
    const cutShort = fixture.call(hangs);
    await elapse(25);
    await cutShort;
    expect(await fixture.call(answers, {})).toBe('answer');
  });
});

test('work for which no caller waits has the time to connect, and no budget', async () => {
  const fixture = new GuardFixture();
  const inBackground = fixture.guard.callInBackground(() => fixture.counters, hangs);
  await elapse(LIMITS.connectTimeoutMs - 1);
  expect(fixture.counters.sharedTimeouts).toBe(0);
  await elapse(2);
  expect(await inBackground).toBeUndefined();
  expect(fixture.counters.sharedTimeouts).toBe(1);
});
