import { settled, TTL, CacheFixture, watch } from '../../equipment/cache-fixture';

describe('an invalidation', () => {
  test('removes the entry', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'old');
    await cache.cache.changes.invalidate(['a']);
    expect(cache.cache.peek(['a'])).toBeUndefined();
    expect(cache.memory.bytes).toBe(0);
    expect(await cache.load('a', 'new')).toBe('new');
  });

  test('keeps a load that began before it from storing and from being joined', async () => {
    const cache = new CacheFixture();
    const before = cache.get('a');
    await cache.cache.changes.invalidate(['a']);
    const after = cache.get('a');
    expect(cache.calls).toHaveLength(2);
    cache.calls[1].resolve('new');
    expect(await after).toBe('new');
    cache.calls[0].resolve('old');
    expect(await before).toBe('old');
    expect(await cache.get('a')).toBe('new');
  });

  test('leaves other keys alone', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v');
    await cache.cache.changes.invalidate(['b']);
    expect(await cache.get('a')).toBe('v');
  });
});

describe('priming', () => {
  test('stores a value as if the loader had returned it now', async () => {
    const cache = new CacheFixture();
    expect(await cache.cache.changes.prime(['a'], { price: 1 })).toMatchObject({ stored: true });
    cache.now += TTL - 1;
    expect(await cache.get('a')).toEqual({ price: 1 });
    cache.now += 1;
    expect(cache.cache.peek(['a'])).toBeUndefined();
    expect(cache.counters).toMatchObject({ hits: 1, misses: 0, originCalls: 0 });
  });

  test('takes precedence over a load that began before it', async () => {
    const cache = new CacheFixture();
    const before = cache.get('a');
    await cache.cache.changes.prime(['a'], 'primed');
    cache.lastCall.resolve('read before');
    expect(await before).toBe('read before');
    expect(await cache.get('a')).toBe('primed');
  });

  test('with a value that cannot be cached reports that, and removes the old entry', async () => {
    const cache = new CacheFixture({ maxBytes: 10_000 });
    await cache.cache.changes.prime(['a'], 'old');
    expect(await cache.cache.changes.prime(['a'], () => 1)).toMatchObject({ stored: false });
    expect(cache.cache.peek(['a'])).toBeUndefined();
    await cache.cache.changes.prime(['a'], 'old');
    expect(await cache.cache.changes.prime(['a'], 'x'.repeat(20_000))).toMatchObject({ stored: false });
    expect(cache.cache.peek(['a'])).toBeUndefined();
  });
});

describe('peeking', () => {
  test('returns the fresh entry with its times, calls no loader and counts nothing', async () => {
    const cache = new CacheFixture();
    expect(cache.cache.peek(['a'])).toBeUndefined();
    const loadedAt = cache.now;
    await cache.load('a', 'v');
    const counted = structuredClone(cache.counters);
    cache.now += 10;
    expect(cache.peeked('a')).toBe('v');
    expect(cache.cache.peek(['a'])).toMatchObject({ storedAt: loadedAt, freshUntil: loadedAt + TTL });
    cache.now += TTL;
    expect(cache.cache.peek(['a'])).toBeUndefined();
    expect(cache.calls).toHaveLength(1);
    expect(cache.counters).toEqual(counted);
  });
});

describe('a refresh', () => {
  test('calls the loader although the entry is fresh; others get the old value until it is done', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'old');
    const refreshed = cache.cache.refresh(['a']);
    expect(await cache.get('a')).toBe('old');
    cache.lastCall.resolve('new');
    expect(await refreshed).toBe('new');
    expect(await cache.get('a')).toBe('new');
    expect(cache.calls).toHaveLength(2);
    expect(cache.memory.size).toBe(1); // the old entry is gone
  });

  test('that fails rejects with the loader\'s own error and leaves the entry unchanged', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'old');
    const refreshed = cache.cache.refresh(['a']);
    const failure = new Error('down');
    cache.lastCall.reject(failure);
    await expect(refreshed).rejects.toBe(failure);
    expect(await cache.get('a')).toBe('old');
  });

  test('does not use the result of a load that began before it: that may have read the origin before the change', async () => {
    const cache = new CacheFixture();
    const before = cache.get('a');
    const refreshed = [cache.cache.refresh(['a']), cache.cache.refresh(['a']), cache.cache.refresh(['a'])];
    expect(cache.calls).toHaveLength(1);
    cache.calls[0].resolve('before the change');
    expect(await before).toBe('before the change');
    await settled();
    expect(cache.calls).toHaveLength(2); // one for the three of them
    cache.calls[1].resolve('after the change');
    expect(await Promise.all(refreshed)).toEqual(['after the change', 'after the change', 'after the change']);
    expect(await cache.get('a')).toBe('after the change');
  });

  test('runs after a failed load too, and rejects with its own error', async () => {
    const cache = new CacheFixture();
    const before = watch(cache.get('a'));
    const refreshed = cache.cache.refresh(['a']);
    cache.calls[0].reject(new Error('first'));
    await settled();
    cache.calls[1].resolve('v');
    expect(await refreshed).toBe('v');
    expect(before.outcome).toEqual({ error: new Error('first') });
  });

  test('shares the load that others began after an invalidation', async () => {
    const cache = new CacheFixture();
    const before = cache.get('a');
    const refreshed = cache.cache.refresh(['a']);
    await cache.cache.changes.invalidate(['a']);
    const after = cache.get('a');
    cache.calls[0].resolve('before');
    await settled();
    expect(cache.calls).toHaveLength(2);
    cache.calls[1].resolve('after');
    expect(await Promise.all([before, refreshed, after])).toEqual(['before', 'after', 'after']);
  });

  test('is not undone by a load that began earlier', async () => {
    const cache = new CacheFixture();
    void cache.get('a');
    const refreshed = cache.cache.refresh(['a']);
    await cache.cache.changes.invalidate(['a']);
    void cache.get('a');
    cache.calls[0].resolve('v1');
    await settled();
    cache.calls.at(-1)!.resolve('v3');
    expect(await refreshed).toBe('v3');
    cache.calls[1].resolve('v2');
    await settled();
    expect(await cache.get('a')).toBe('v3');
  });

  test('is joined by a call that finds no fresh entry', async () => {
    const cache = new CacheFixture();
    const refreshed = cache.cache.refresh(['a']);
    const called = cache.get('a');
    cache.lastCall.resolve('v');
    expect(await Promise.all([refreshed, called])).toEqual(['v', 'v']);
    expect(cache.counters).toMatchObject({ originCalls: 1, coalescedHits: 1, hits: 1, misses: 0 });
  });

  test('of results that cannot be cached returns a separate one to every caller', async () => {
    const cache = new CacheFixture();
    const before = cache.get('a');
    const refreshed = [cache.cache.refresh(['a']), cache.cache.refresh(['a'])];
    for (let index = 0; index < cache.calls.length; index++) {
      cache.calls[index].resolve(new URL(`https://example.com/${index}`));
      await settled();
    }
    const values = await Promise.all([before, ...refreshed]);
    expect(new Set(values).size).toBe(3);
  });
});
