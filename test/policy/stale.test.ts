import { MINUTE, CacheFixture, SECOND, settled, watch } from '../equipment/cache-fixture';

const SWR = { staleWhileRevalidate: { minutes: 1 } };
const SIE = { staleIfError: { hours: 1 }, retryAfter: { seconds: 30 } };
const DOWN = new Error('the origin is down');

describe('staleWhileRevalidate', () => {
  test('returns a stale entry without waiting, and its successor once the refresh is done', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(1); // not before the response
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    expect(await fixture.get('a')).toBe('new');
    expect(fixture.counters).toMatchObject({ hits: 2, staleHits: 1, misses: 1, originCalls: 2 });
  });

  test('refreshes once, however many stale hits there are before and during the refresh', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    await Promise.all(Array.from({ length: 150 }, () => fixture.get('a')));
    expect(fixture.counters.droppedRefreshes).toBe(0); // it takes one place of the hundred
    const { finished } = await fixture.afterResponse();
    await Promise.all(Array.from({ length: 100 }, () => fixture.get('a')));
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    await finished;
    expect(fixture.calls).toHaveLength(2);
    expect(fixture.background.isEmpty).toBe(true);
  });

  test('refreshes again when the next entry is stale', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 1);
    for (const value of [2, 3]) {
      fixture.now += MINUTE;
      await fixture.get('a');
      await fixture.afterResponse();
      await fixture.lastCall.resolve(value);
      expect(await fixture.get('a')).toBe(value);
    }
    expect(fixture.calls).toHaveLength(3);
  });

  test('begins at the end of the ttl: beyond the window the caller waits', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += 2 * MINUTE - 1;
    expect(await fixture.get('a')).toBe('old');
    fixture.now += 1;
    const waiting = watch(fixture.get('a'));
    await settled();
    expect(waiting.outcome).toBe('pending');
    await fixture.lastCall.resolve('new');
    expect(waiting.outcome).toEqual({ value: 'new' });
  });

  test('does not repeat a failed refresh before retryAfter is over', async () => {
    const fixture = new CacheFixture({ ...SWR, retryAfter: { seconds: 10 } });
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    await fixture.get('a');
    await fixture.afterResponse();
    await fixture.lastCall.reject(DOWN);
    fixture.now += 10 * SECOND - 1;
    expect(await fixture.get('a')).toBe('old');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(2);
    fixture.now += 1;
    expect(await fixture.get('a')).toBe('old');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
    expect(await fixture.get('a')).toBe('new');
  });

  test('does not refresh what was replaced before the refresh began', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    await fixture.get('a');
    await fixture.cache.changes.prime(['a'], 'primed');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(1);
    expect(await fixture.get('a')).toBe('primed');
  });

  test('does not load what was invalidated before the refresh began, nor pass the invalidated value to the loader', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old', (context) => { context.tags = ['t']; });
    fixture.now += MINUTE;
    await fixture.get('a');
    fixture.invalidations.invalidateTags(['t']);
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(1);
    void fixture.get('a');
    expect(fixture.lastCall.context.stale).toBeUndefined();
    await fixture.lastCall.resolve('new');
  });

  test('counts refreshes for which there was no room, and tries them again at the next hit', async () => {
    const fixture = new CacheFixture(SWR);
    const keys = Array.from({ length: 105 }, (_, i) => `key ${i}`);
    for (const key of keys) {
      await fixture.load(key, 'old');
    }
    fixture.now += MINUTE;
    await Promise.all(keys.map((key) => fixture.get(key)));
    expect(fixture.counters.droppedRefreshes).toBe(5);

    const { finished } = await fixture.afterResponse();
    expect(fixture.calls.length - keys.length).toBe(10); // so many at a time
    for (let done = keys.length; done < fixture.calls.length; done++) {
      await fixture.calls[done].resolve('new');
    }
    await finished;
    expect(fixture.calls).toHaveLength(keys.length + 100);
    expect(await fixture.get(keys[104])).toBe('old');
    await fixture.afterResponse();
    expect(fixture.lastCall.args).toEqual([keys[104]]);
    await fixture.lastCall.resolve('new');
  });

  test('makes a caller beyond the window wait for the refresh under way', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    await fixture.get('a');
    await fixture.afterResponse();
    fixture.now += MINUTE;
    const joined = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    expect(await joined).toBe('new');
    expect(fixture.counters.coalescedHits).toBe(1);
  });
});

describe('staleIfError', () => {
  test('returns the stale entry if the loader fails, and calls it again only after retryAfter', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const first = fixture.get('a');
    await fixture.lastCall.reject(DOWN);
    expect(await first).toBe('old');
    fixture.now += 30 * SECOND - 1;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(2);
    fixture.now += 1;
    const third = fixture.get('a');
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
    expect(await third).toBe('new');
    expect(fixture.counters).toMatchObject({ staleHits: 2, misses: 2, originErrors: 1 });
  });

  test('returns the fresh value if the loader succeeds', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const result = fixture.get('a');
    await fixture.lastCall.resolve('new');
    expect(await result).toBe('new');
  });

  test('ends: beyond it the error reaches the caller, unchanged', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += 61 * MINUTE;
    const result = watch(fixture.get('a'));
    await fixture.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
    expect((result.outcome as { error: unknown }).error).toBe(DOWN);
  });

  test('can end while the loader runs', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += 61 * MINUTE - 1;
    const result = watch(fixture.get('a'));
    fixture.now += 1;
    await fixture.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
  });

  test('is not prolonged by failures', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    let served = 0;
    for (; served < 1_000; served++) {
      const result = watch(fixture.get('a'));
      await fixture.lastCall.reject(DOWN);
      await settled();
      if ('error' in (result.outcome as object)) {
        break;
      }
      fixture.now += MINUTE;
    }
    expect(served).toBe(60);
  });

  test('also throttles after a failed refresh()', async () => {
    const fixture = new CacheFixture(SIE);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const refreshed = watch(fixture.cache.refresh(['a']));
    await fixture.lastCall.reject(DOWN);
    expect(refreshed.outcome).toEqual({ error: DOWN });
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(2);
  });

  test('is off by default', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const result = watch(fixture.get('a'));
    await fixture.lastCall.reject(DOWN);
    expect(result.outcome).toEqual({ error: DOWN });
  });
});
