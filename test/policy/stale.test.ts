import { MINUTE, Scene, SECOND, settled, watch } from './scene.js';

const SWR = { staleWhileRevalidate: { minutes: 1 } };
const SIE = { staleIfError: { hours: 1 }, retryAfter: { seconds: 30 } };
const DOWN = new Error('the origin is down');

describe('staleWhileRevalidate', () => {
  test('returns a stale entry without waiting, and its successor once the refresh is done', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(1); // not before the response
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    expect(await scene.get('a')).toBe('new');
    expect(scene.counters).toMatchObject({ hits: 2, staleHits: 1, misses: 1, originCalls: 2 });
  });

  test('refreshes once, however many stale hits there are before and while it runs', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    await Promise.all(Array.from({ length: 150 }, () => scene.get('a')));
    expect(scene.counters.droppedRefreshes).toBe(0); // it takes one place of the hundred
    const { finished } = await scene.afterResponse();
    await Promise.all(Array.from({ length: 100 }, () => scene.get('a')));
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    await finished;
    expect(scene.calls).toHaveLength(2);
    expect(scene.background.isEmpty).toBe(true);
  });

  test('refreshes again when the next entry is stale', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 1);
    for (const value of [2, 3]) {
      scene.now += MINUTE;
      await scene.get('a');
      await scene.afterResponse();
      await scene.lastCall.resolve(value);
      expect(await scene.get('a')).toBe(value);
    }
    expect(scene.calls).toHaveLength(3);
  });

  test('counts from the end of the ttl: beyond it the caller waits', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += 2 * MINUTE - 1;
    expect(await scene.get('a')).toBe('old');
    scene.now += 1;
    const waiting = watch(scene.get('a'));
    await settled();
    expect(waiting.outcome).toBe('pending');
    await scene.lastCall.resolve('new');
    expect(waiting.outcome).toEqual({ value: 'new' });
  });

  test('does not repeat a refresh that failed before retryAfter is over', async () => {
    const scene = new Scene({ ...SWR, retryAfter: { seconds: 10 } });
    await scene.load('a', 'old');
    scene.now += MINUTE;
    await scene.get('a');
    await scene.afterResponse();
    await scene.lastCall.reject(DOWN);
    scene.now += 10 * SECOND - 1;
    expect(await scene.get('a')).toBe('old');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    scene.now += 1;
    expect(await scene.get('a')).toBe('old');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
    expect(await scene.get('a')).toBe('new');
  });

  test('does not refresh what was replaced before its turn came', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    await scene.get('a');
    scene.cache.prime(['a'], 'primed');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(1);
    expect(await scene.get('a')).toBe('primed');
  });

  test('does not load what was invalidated before its turn came, nor show the loader the invalidated value', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old', (context) => { context.tags = ['t']; });
    scene.now += MINUTE;
    await scene.get('a');
    scene.invalidations.invalidateTags(['t']);
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(1);
    void scene.get('a');
    expect(scene.lastCall.context.stale).toBeUndefined();
    await scene.lastCall.resolve('new');
  });

  test('counts refreshes that there was no room for, and tries them again at the next hit', async () => {
    const scene = new Scene(SWR);
    const keys = Array.from({ length: 105 }, (_, i) => `key ${i}`);
    for (const key of keys) {
      await scene.load(key, 'old');
    }
    scene.now += MINUTE;
    await Promise.all(keys.map((key) => scene.get(key)));
    expect(scene.counters.droppedRefreshes).toBe(5);

    const { finished } = await scene.afterResponse();
    expect(scene.calls.length - keys.length).toBe(10); // so many at a time
    for (let done = keys.length; done < scene.calls.length; done++) {
      await scene.calls[done].resolve('new');
    }
    await finished;
    expect(scene.calls).toHaveLength(keys.length + 100);
    expect(await scene.get(keys[104])).toBe('old');
    await scene.afterResponse();
    expect(scene.lastCall.args).toEqual([keys[104]]);
    await scene.lastCall.resolve('new');
  });

  test('takes a caller beyond the window into the refresh that runs', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    await scene.get('a');
    await scene.afterResponse();
    scene.now += MINUTE;
    const joined = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    expect(await joined).toBe('new');
    expect(scene.counters.joinedHits).toBe(1);
  });
});

describe('staleIfError', () => {
  test('returns the stale entry where the loader fails, and calls it again only after retryAfter', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const first = scene.get('a');
    await scene.lastCall.reject(DOWN);
    expect(await first).toBe('old');
    scene.now += 30 * SECOND - 1;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(2);
    scene.now += 1;
    const third = scene.get('a');
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
    expect(await third).toBe('new');
    expect(scene.counters).toMatchObject({ staleHits: 2, misses: 2, originErrors: 1 });
  });

  test('returns the fresh value where the loader succeeds', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const result = scene.get('a');
    await scene.lastCall.resolve('new');
    expect(await result).toBe('new');
  });

  test('ends: beyond it the error reaches the caller, unchanged', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += 61 * MINUTE;
    const result = watch(scene.get('a'));
    await scene.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
    expect((result.outcome as { error: unknown }).error).toBe(DOWN);
  });

  test('ends while the loader runs, too', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += 61 * MINUTE - 1;
    const result = watch(scene.get('a'));
    scene.now += 1;
    await scene.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
  });

  test('does not prolong itself by failures', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    let served = 0;
    for (; served < 1_000; served++) {
      const result = watch(scene.get('a'));
      await scene.lastCall.reject(DOWN);
      await settled();
      if ('error' in (result.outcome as object)) {
        break;
      }
      scene.now += MINUTE;
    }
    expect(served).toBe(60);
  });

  test('also throttles what follows a failed refresh() by hand', async () => {
    const scene = new Scene(SIE);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const refreshed = watch(scene.cache.refresh(['a']));
    await scene.lastCall.reject(DOWN);
    expect(refreshed.outcome).toEqual({ error: DOWN });
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(2);
  });

  test('is off unless asked for', async () => {
    const scene = new Scene();
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const result = watch(scene.get('a'));
    await scene.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
  });
});

describe('earlyRefresh', () => {
  test('refreshes after the response a fresh entry of which more than the share is gone', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ earlyRefresh: 0.8 });
    await scene.load('a', 'old');
    scene.now += 48 * SECOND - 1;
    await scene.get('a');
    expect(scene.background.isEmpty).toBe(true);
    scene.now += 1;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(1);
    await scene.afterResponse();
    await scene.lastCall.resolve('new');
    expect(await scene.get('a')).toBe('new');
    expect(scene.counters).toMatchObject({ hits: 3, staleHits: 0, misses: 1 });
  });

  test('comes at a moment of its own for every entry, between the share and the ttl', async () => {
    jest.restoreAllMocks();
    const moments: number[] = [];
    for (let i = 0; i < 200; i++) {
      const scene = new Scene({ earlyRefresh: 0.5 });
      await scene.load('a', 'old');
      for (let age = 0; scene.background.isEmpty && age < 60; age++) {
        await scene.get('a');
        scene.now += SECOND;
        moments[i] = age;
      }
    }
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(30);
    expect(new Set(moments).size).toBeGreaterThan(15);
  });

  test('refreshes once, and a failure is tried again only after retryAfter', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ ttl: { hours: 1 }, earlyRefresh: 0.5, retryAfter: { seconds: 10 } });
    await scene.load('a', 'old');
    scene.now += 30 * MINUTE;
    await Promise.all([scene.get('a'), scene.get('a'), scene.get('a')]);
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.reject(DOWN);
    await scene.get('a');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    scene.now += 10 * SECOND;
    expect(await scene.get('a')).toBe('old');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
  });

  test('lets a caller that comes after the ttl wait for the refresh under way', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ earlyRefresh: 0.5 });
    await scene.load('a', 'old');
    scene.now += 40 * SECOND;
    await scene.get('a');
    await scene.afterResponse();
    scene.now += 20 * SECOND;
    const waiting = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    expect(await waiting).toBe('new');
  });
});

describe('jitter', () => {
  test('ends the ttl earlier by up to its share, and never later', async () => {
    jest.restoreAllMocks();
    const lifetimes: number[] = [];
    const scene = new Scene({ jitter: 0.5 });
    for (let i = 0; i < 500; i++) {
      await scene.load(`${i}`, 'v');
      const { storedAt, freshUntil } = scene.cache.peek([`${i}`])!;
      lifetimes.push(freshUntil - storedAt);
    }
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(MINUTE);
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(MINUTE / 2);
    expect(Math.max(...lifetimes) - Math.min(...lifetimes)).toBeGreaterThan(MINUTE / 3);
  });

  test('does not touch how long stale entries may be used in all', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const scene = new Scene({ jitter: 0.5, ...SWR });
    await scene.load('a', 'old');
    scene.now += MINUTE / 2;
    expect(await scene.get('a')).toBe('old');
    expect(scene.counters.staleHits).toBe(1);
    scene.now += MINUTE;
    const late = watch(scene.get('a'));
    await settled();
    expect(late.outcome).toBe('pending');
    jest.restoreAllMocks();
    await scene.lastCall.resolve('new');
  });
});
