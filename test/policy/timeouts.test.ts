import { LoadTimeoutError } from '../../lambda-runtime/values/errors.js';
import { elapse, fakeTimers, MINUTE, CacheFixture, settled, watch } from '../equipment/cache-fixture';

const SOFT = { staleIfError: { hours: 1 }, softTimeout: { milliseconds: 100 } };

const unhandled = jest.fn();

beforeEach(() => {
  fakeTimers();
  process.on('unhandledRejection', unhandled);
});

afterEach(async () => {
  await settled();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

async function withStale(fixture: CacheFixture): Promise<CacheFixture> {
  await fixture.load('a', 'old');
  fixture.now += MINUTE;
  return fixture;
}

describe('an origin that hangs', () => {
  const STALE = { staleIfError: { hours: 1 }, retryAfter: { seconds: 30 } };

  test('is waited for until a quarter of the invocation\'s time is left, if there is a stale entry; the load continues', async () => {
    const fixture = await withStale(new CacheFixture(STALE));
    fixture.remainingMs = 4_000;
    const result = watch(fixture.get('a'));
    await elapse(2_999);
    expect(result.outcome).toBe('pending');
    await elapse(1);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(await fixture.get('a')).toBe('old');
    const { finished } = await fixture.afterResponse();
    await fixture.lastCall.resolve('new');
    await finished;
    expect(await fixture.get('a')).toBe('new');
    expect(fixture.calls).toHaveLength(2);
  });

  test('is called again only after retryAfter', async () => {
    const fixture = await withStale(new CacheFixture(STALE));
    fixture.remainingMs = 4_000;
    void fixture.get('a');
    await elapse(3_000);
    const { finished } = await fixture.afterResponse(1_000);
    await elapse(1_000);
    await finished;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(2);
    fixture.now += 30_000;
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
  });

  test('is waited for without a limit if there is no entry, or no invocation that ends', async () => {
    const fixture = new CacheFixture(STALE);
    fixture.remainingMs = 4_000;
    const none = watch(fixture.get('b'));
    await withStale(fixture);
    fixture.remainingMs = undefined;
    const unlimited = watch(fixture.get('a'));
    await elapse(3_600_000);
    expect([none.outcome, unlimited.outcome]).toEqual(['pending', 'pending']);
    await Promise.all(fixture.calls.map(({ resolve }) => resolve('v')));
  });
});

describe('a timeout too long for a timer', () => {
  test.each(['softTimeout', 'hardTimeout'] as const)('never fires: %s', async (option) => {
    const fixture = await withStale(new CacheFixture({ staleIfError: { days: 60 }, [option]: { days: 25 } }));
    const result = watch(fixture.get('a'));
    await elapse(10);
    expect(result.outcome).toBe('pending');
    await fixture.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });
});

describe('softTimeout', () => {
  test('returns the stale entry when the loader takes longer; the load continues after the response, and stores', async () => {
    const fixture = await withStale(new CacheFixture(SOFT));
    const result = watch(fixture.get('a'));
    await elapse(99);
    expect(result.outcome).toBe('pending');
    await elapse(1);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(fixture.background.isEmpty).toBe(false);
    const { finished } = await fixture.afterResponse();
    await fixture.lastCall.resolve('new');
    await finished;
    expect(await fixture.get('a')).toBe('new');
    expect(fixture.calls).toHaveLength(2);
    expect(fixture.counters).toMatchObject({ staleHits: 1, misses: 1, originCalls: 2 });
  });

  test('does not make later calls wait again', async () => {
    const fixture = await withStale(new CacheFixture(SOFT));
    void fixture.get('a');
    await elapse(100);
    const next = watch(fixture.get('a'));
    await settled();
    expect(next.outcome).toEqual({ value: 'old' });
    await fixture.lastCall.resolve('new');
    expect(fixture.calls).toHaveLength(2);
    expect(await fixture.get('a')).toBe('new');
  });

  test('of a thousand callers puts one load into the background, and leaves room for others', async () => {
    const fixture = await withStale(new CacheFixture({ ...SOFT, staleWhileRevalidate: { seconds: 1 } }));
    fixture.now += 1_000;
    await fixture.load('b', 'old b');
    const results = Array.from({ length: 1_000 }, () => fixture.get('a'));
    await elapse(100);
    expect(new Set(await Promise.all(results))).toEqual(new Set(['old']));
    fixture.now += MINUTE;
    expect(await fixture.get('b')).toBe('old b');
    expect(fixture.counters.droppedRefreshes).toBe(0);
    const { finished } = await fixture.afterResponse();
    await Promise.all(fixture.calls.map((call) => call.resolve('new')));
    await finished;
    expect(fixture.calls).toHaveLength(4);
  });

  test('does not end the wait if there is nothing to return instead', async () => {
    const fixture = new CacheFixture(SOFT);
    const result = watch(fixture.get('a'));
    await elapse(10_000);
    expect(result.outcome).toBe('pending');
    await fixture.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });

  test('after a freeze does not return what staleIfError no longer allows', async () => {
    const fixture = await withStale(new CacheFixture(SOFT));
    const result = watch(fixture.get('a'));
    fixture.now += 61 * MINUTE;
    await elapse(100);
    expect(result.outcome).toBe('pending');
    await fixture.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });

  test('does not report a load that fails afterwards, which is repeated after retryAfter', async () => {
    const fixture = await withStale(new CacheFixture({ ...SOFT, retryAfter: { seconds: 10 } }));
    const result = fixture.get('a');
    await elapse(100);
    expect(await result).toBe('old');
    const { finished } = await fixture.afterResponse();
    await fixture.lastCall.reject(new Error('late'));
    await finished;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(2);
    fixture.now += 10_000;
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
  });

  test('leaves no timer behind if the loader is fast', async () => {
    const fixture = await withStale(new CacheFixture(SOFT));
    const result = fixture.get('a');
    await fixture.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('hardTimeout', () => {
  const HARD = { hardTimeout: { milliseconds: 200 } };

  test('ends the wait with an error that names the cache and the time, and aborts the signal with it', async () => {
    const fixture = new CacheFixture(HARD);
    const results = [watch(fixture.get('a')), watch(fixture.get('a'))];
    const { signal } = fixture.lastCall.context;
    await elapse(199);
    expect(results[0].outcome).toBe('pending');
    expect(signal.aborted).toBe(false);
    await elapse(1);
    const { error } = results[0].outcome as { error: LoadTimeoutError };
    expect(error).toBeInstanceOf(LoadTimeoutError);
    expect(error.message).toMatch(/'product'.*200 ms/);
    expect((results[1].outcome as { error: unknown }).error).toBe(error);
    expect(signal.reason).toBe(error);
    expect(fixture.counters).toMatchObject({ originErrors: 1 });
  });

  test('gives an aborted signal to a loader that reads it late', async () => {
    const fixture = new CacheFixture(HARD);
    const result = watch(fixture.get('a'));
    await elapse(200);
    expect(fixture.lastCall.context.signal.reason).toBe((result.outcome as { error: unknown }).error);
  });

  test.each([['value', 'resolve'], ['error', 'reject']] as const)('ignores a late %s', async (_, end) => {
    const fixture = new CacheFixture({ ...HARD, negativeTtl: { minutes: 1 }, cacheErrors: (error) => !(error instanceof LoadTimeoutError) });
    const first = watch(fixture.get('a'));
    await elapse(200);
    expect(first.outcome).toEqual({ error: expect.any(LoadTimeoutError) });
    const second = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[1].resolve('second');
    await fixture.calls[0][end]('late');
    expect(await second).toBe('second');
    expect(await fixture.get('a')).toBe('second');
  });

  test('returns the stale entry that staleIfError allows, and throttles', async () => {
    const fixture = await withStale(new CacheFixture({ ...HARD, staleIfError: { hours: 1 } }));
    const result = watch(fixture.get('a'));
    await elapse(200);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(2);
  });

  test('ends a load that softTimeout has sent into the background', async () => {
    const fixture = await withStale(new CacheFixture({ ...HARD, ...SOFT }));
    const result = watch(fixture.get('a'));
    await elapse(100);
    expect(result.outcome).toEqual({ value: 'old' });
    const { finished } = await fixture.afterResponse();
    await elapse(100);
    await finished;
    expect(fixture.lastCall.context.signal.reason).toBeInstanceOf(LoadTimeoutError);
  });

  test('leaves no timer behind if the loader is fast', async () => {
    const fixture = new CacheFixture(HARD);
    await fixture.load('a', 'v');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the time limit of background work', () => {
  test('aborts a refresh for which no caller waits, and the entry stays as before', async () => {
    const fixture = await withStale(new CacheFixture({ staleWhileRevalidate: { hours: 1 }, retryAfter: { seconds: 1 } }));
    await fixture.get('a');
    const { finished } = await fixture.afterResponse(500);
    const { signal } = fixture.lastCall.context;
    await elapse(500);
    await finished;
    expect(signal.reason).toEqual(new Error('The work after the response took longer than 500 ms.'));
    await fixture.lastCall.resolve('too late');
    expect(await fixture.get('a')).toBe('old');
    fixture.now += 1_000;
    await fixture.get('a');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
    expect(await fixture.get('a')).toBe('new');
  });

  test('does not abort a load that has ended: others may use its result by now', async () => {
    const fixture = await withStale(new CacheFixture(SOFT));
    void fixture.get('a');
    await elapse(100);
    await fixture.lastCall.resolve('new');
    expect(fixture.background.isEmpty).toBe(false);
    await (await fixture.afterResponse(0)).finished;
    expect(fixture.lastCall.context.signal.aborted).toBe(false);
  });

  test('does not abort a refresh for which a caller waits, in a call or a refresh()', async () => {
    for (const wait of [(fixture: CacheFixture) => fixture.get('a'), (fixture: CacheFixture) => fixture.cache.refresh(['a'])]) {
      const fixture = await withStale(new CacheFixture({ staleWhileRevalidate: { minutes: 1 } }));
      await fixture.get('a');
      fixture.now += MINUTE;
      const waiting = watch(wait(fixture));
      const { finished } = await fixture.afterResponse(500);
      await elapse(500);
      await finished;
      expect(waiting.outcome).toBe('pending');
      await fixture.lastCall.resolve('new');
      expect(waiting.outcome).toEqual({ value: 'new' });
      await elapse(0);
    }
  });

  test('drops what has not begun, counts it, and lets the next hit try again', async () => {
    const fixture = await withStale(new CacheFixture({ staleWhileRevalidate: { hours: 1 } }));
    await fixture.get('a');
    await (await fixture.afterResponse(0)).finished;
    expect(fixture.calls).toHaveLength(1);
    expect(fixture.counters.droppedRefreshes).toBe(1);
    expect(await fixture.get('a')).toBe('old');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    await elapse(0);
  });
});
