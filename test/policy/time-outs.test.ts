import { elapse, fakeTimers, MINUTE, Scene, settled, watch } from './scene.js';
import { LoadTimeoutError } from '../../lambda-runtime/engine/load-timeout-error.js';

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

async function withStale(scene: Scene): Promise<Scene> {
  await scene.load('a', 'old');
  scene.now += MINUTE;
  return scene;
}

describe('an origin that hangs', () => {
  const STALE = { staleIfError: { hours: 1 }, retryAfter: { seconds: 30 } };

  test('is waited for until a quarter of the invocation\'s time is left, where a stale entry is at hand; the load goes on', async () => {
    const scene = await withStale(new Scene(STALE));
    scene.remainingMs = 4_000;
    const result = watch(scene.get('a'));
    await elapse(2_999);
    expect(result.outcome).toBe('pending');
    await elapse(1);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(await scene.get('a')).toBe('old');
    const { finished } = await scene.afterResponse();
    await scene.lastCall.resolve('new');
    await finished;
    expect(await scene.get('a')).toBe('new');
    expect(scene.calls).toHaveLength(2);
  });

  test('is asked again only after retryAfter', async () => {
    const scene = await withStale(new Scene(STALE));
    scene.remainingMs = 4_000;
    void scene.get('a');
    await elapse(3_000);
    const { finished } = await scene.afterResponse(1_000);
    await elapse(1_000);
    await finished;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(2);
    scene.now += 30_000;
    void scene.get('a');
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
  });

  test('is waited for as long as it takes without an entry, and where nothing ends the invocation', async () => {
    const scene = new Scene(STALE);
    scene.remainingMs = 4_000;
    const none = watch(scene.get('b'));
    await withStale(scene);
    scene.remainingMs = undefined;
    const unlimited = watch(scene.get('a'));
    await elapse(3_600_000);
    expect([none.outcome, unlimited.outcome]).toEqual(['pending', 'pending']);
    await Promise.all(scene.calls.map(({ resolve }) => resolve('v')));
  });
});

describe('a time-out that a timer cannot hold', () => {
  test.each(['softTimeout', 'hardTimeout'] as const)('never fires: %s', async (option) => {
    const scene = await withStale(new Scene({ staleIfError: { days: 60 }, [option]: { days: 25 } }));
    const result = watch(scene.get('a'));
    await elapse(10);
    expect(result.outcome).toBe('pending');
    await scene.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });
});

describe('softTimeout', () => {
  test('returns the stale entry when the loader takes longer; the load goes on after the response, and stores', async () => {
    const scene = await withStale(new Scene(SOFT));
    const result = watch(scene.get('a'));
    await elapse(99);
    expect(result.outcome).toBe('pending');
    await elapse(1);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(scene.background.isEmpty).toBe(false);
    const { finished } = await scene.afterResponse();
    await scene.lastCall.resolve('new');
    await finished;
    expect(await scene.get('a')).toBe('new');
    expect(scene.calls).toHaveLength(2);
    expect(scene.counters).toMatchObject({ staleHits: 1, misses: 1, originCalls: 2 });
  });

  test('is not waited for again by the calls that follow', async () => {
    const scene = await withStale(new Scene(SOFT));
    void scene.get('a');
    await elapse(100);
    const next = watch(scene.get('a'));
    await settled();
    expect(next.outcome).toEqual({ value: 'old' });
    await scene.lastCall.resolve('new');
    expect(scene.calls).toHaveLength(2);
    expect(await scene.get('a')).toBe('new');
  });

  test('of a thousand callers puts one load into the background, and leaves room for others', async () => {
    const scene = await withStale(new Scene({ ...SOFT, staleWhileRevalidate: { seconds: 1 } }));
    scene.now += 1_000;
    await scene.load('b', 'old b');
    const results = Array.from({ length: 1_000 }, () => scene.get('a'));
    await elapse(100);
    expect(new Set(await Promise.all(results))).toEqual(new Set(['old']));
    scene.now += MINUTE;
    expect(await scene.get('b')).toBe('old b');
    expect(scene.counters.droppedRefreshes).toBe(0);
    const { finished } = await scene.afterResponse();
    await Promise.all(scene.calls.map((call) => call.resolve('new')));
    await finished;
    expect(scene.calls).toHaveLength(4);
  });

  test('does not end the wait where there is nothing to return instead', async () => {
    const scene = new Scene(SOFT);
    const result = watch(scene.get('a'));
    await elapse(10_000);
    expect(result.outcome).toBe('pending');
    await scene.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });

  test('that comes after a freeze does not return what staleIfError no longer allows', async () => {
    const scene = await withStale(new Scene(SOFT));
    const result = watch(scene.get('a'));
    scene.now += 61 * MINUTE;
    await elapse(100);
    expect(result.outcome).toBe('pending');
    await scene.lastCall.resolve('new');
    expect(result.outcome).toEqual({ value: 'new' });
  });

  test('lets a load that fails afterwards fail quietly, and be tried again after retryAfter', async () => {
    const scene = await withStale(new Scene({ ...SOFT, retryAfter: { seconds: 10 } }));
    const result = scene.get('a');
    await elapse(100);
    expect(await result).toBe('old');
    const { finished } = await scene.afterResponse();
    await scene.lastCall.reject(new Error('late'));
    await finished;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(2);
    scene.now += 10_000;
    void scene.get('a');
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
  });

  test('leaves no timer behind when the loader is quick', async () => {
    const scene = await withStale(new Scene(SOFT));
    const result = scene.get('a');
    await scene.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('hardTimeout', () => {
  const HARD = { hardTimeout: { milliseconds: 200 } };

  test('ends the wait with an error that names the cache and the time, and aborts the signal with it', async () => {
    const scene = new Scene(HARD);
    const results = [watch(scene.get('a')), watch(scene.get('a'))];
    const { signal } = scene.lastCall.context;
    await elapse(199);
    expect(results[0].outcome).toBe('pending');
    expect(signal.aborted).toBe(false);
    await elapse(1);
    const { error } = results[0].outcome as { error: LoadTimeoutError };
    expect(error).toBeInstanceOf(LoadTimeoutError);
    expect(error.message).toMatch(/'product'.*200 ms/);
    expect((results[1].outcome as { error: unknown }).error).toBe(error);
    expect(signal.reason).toBe(error);
    expect(scene.counters).toMatchObject({ originErrors: 1 });
  });

  test('shows a signal that was aborted already to a loader that asks for it late', async () => {
    const scene = new Scene(HARD);
    const result = watch(scene.get('a'));
    await elapse(200);
    expect(scene.lastCall.context.signal.reason).toBe((result.outcome as { error: unknown }).error);
  });

  test.each([['value', 'resolve'], ['error', 'reject']] as const)('ignores a late %s', async (_, end) => {
    const scene = new Scene({ ...HARD, negativeTtl: { minutes: 1 }, cacheErrors: (error) => !(error instanceof LoadTimeoutError) });
    const first = watch(scene.get('a'));
    await elapse(200);
    expect(first.outcome).toEqual({ error: expect.any(LoadTimeoutError) });
    const second = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.calls[1].resolve('second');
    await scene.calls[0][end]('late');
    expect(await second).toBe('second');
    expect(await scene.get('a')).toBe('second');
  });

  test('returns the stale entry that staleIfError allows, and throttles', async () => {
    const scene = await withStale(new Scene({ ...HARD, staleIfError: { hours: 1 } }));
    const result = watch(scene.get('a'));
    await elapse(200);
    expect(result.outcome).toEqual({ value: 'old' });
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(2);
  });

  test('ends a load that softTimeout has sent into the background', async () => {
    const scene = await withStale(new Scene({ ...HARD, ...SOFT }));
    const result = watch(scene.get('a'));
    await elapse(100);
    expect(result.outcome).toEqual({ value: 'old' });
    const { finished } = await scene.afterResponse();
    await elapse(100);
    await finished;
    expect(scene.lastCall.context.signal.reason).toBeInstanceOf(LoadTimeoutError);
  });

  test('leaves no timer behind when the loader is quick', async () => {
    const scene = new Scene(HARD);
    await scene.load('a', 'v');
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the end of the time for background work', () => {
  test('aborts a refresh that nobody waits for, and the entry goes on as before', async () => {
    const scene = await withStale(new Scene({ staleWhileRevalidate: { hours: 1 }, retryAfter: { seconds: 1 } }));
    await scene.get('a');
    const { finished } = await scene.afterResponse(500);
    const { signal } = scene.lastCall.context;
    await elapse(500);
    await finished;
    expect(signal.reason).toEqual(new Error('The work after the response took longer than 500 ms.'));
    await scene.lastCall.resolve('too late');
    expect(await scene.get('a')).toBe('old');
    scene.now += 1_000;
    await scene.get('a');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
    expect(await scene.get('a')).toBe('new');
  });

  test('does not abort a load that has ended: what it used may serve others by now', async () => {
    const scene = await withStale(new Scene(SOFT));
    void scene.get('a');
    await elapse(100);
    await scene.lastCall.resolve('new');
    expect(scene.background.isEmpty).toBe(false);
    await (await scene.afterResponse(0)).finished;
    expect(scene.lastCall.context.signal.aborted).toBe(false);
  });

  test('does not abort a refresh that a caller waits for, be it a call or a refresh() by hand', async () => {
    for (const wait of [(scene: Scene) => scene.get('a'), (scene: Scene) => scene.cache.refresh(['a'])]) {
      const scene = await withStale(new Scene({ staleWhileRevalidate: { minutes: 1 } }));
      await scene.get('a');
      scene.now += MINUTE;
      const waiting = watch(wait(scene));
      const { finished } = await scene.afterResponse(500);
      await elapse(500);
      await finished;
      expect(waiting.outcome).toBe('pending');
      await scene.lastCall.resolve('new');
      expect(waiting.outcome).toEqual({ value: 'new' });
      await elapse(0);
    }
  });

  test('drops what has not begun, counts that, and lets the next hit ask again', async () => {
    const scene = await withStale(new Scene({ staleWhileRevalidate: { hours: 1 } }));
    await scene.get('a');
    await (await scene.afterResponse(0)).finished;
    expect(scene.calls).toHaveLength(1);
    expect(scene.counters.droppedRefreshes).toBe(1);
    expect(await scene.get('a')).toBe('old');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    await elapse(0);
  });
});
