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
    await scene.cache.changes.prime(['a'], 'primed');
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
