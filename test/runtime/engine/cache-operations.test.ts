import { settled, TTL, VirtualCache, watch } from './virtual-cache.js';

describe('an invalidation', () => {
  test('forgets the entry', async () => {
    const it = new VirtualCache();
    await it.load(['a'], 'old');
    await it.cache.changes.invalidate(['a']);
    expect(it.cache.peek(['a'])).toBeUndefined();
    expect(it.memory.bytes).toBe(0);
    expect(await it.load(['a'], 'new')).toBe('new');
  });

  test('keeps a load that began before it from storing and from being joined', async () => {
    const it = new VirtualCache();
    const before = it.get('a');
    await it.cache.changes.invalidate(['a']);
    const after = it.get('a');
    expect(it.calls).toHaveLength(2);
    it.calls[1].resolve('new');
    expect(await after).toBe('new');
    it.calls[0].resolve('old');
    expect(await before).toBe('old');
    expect(await it.get('a')).toBe('new');
  });

  test('leaves other keys alone', async () => {
    const it = new VirtualCache();
    await it.load(['a'], 'v');
    await it.cache.changes.invalidate(['b']);
    expect(await it.get('a')).toBe('v');
  });
});

describe('priming', () => {
  test('stores a value as if the loader had returned it now', async () => {
    const it = new VirtualCache();
    expect(await it.cache.changes.prime(['a'], { price: 1 })).toMatchObject({ stored: true });
    it.now += TTL - 1;
    expect(await it.get('a')).toEqual({ price: 1 });
    it.now += 1;
    expect(it.cache.peek(['a'])).toBeUndefined();
    expect(it.counters).toMatchObject({ hits: 1, misses: 0, originCalls: 0 });
  });

  test('wins over a load that began before it', async () => {
    const it = new VirtualCache();
    const before = it.get('a');
    await it.cache.changes.prime(['a'], 'primed');
    it.lastCall.resolve('read before');
    expect(await before).toBe('read before');
    expect(await it.get('a')).toBe('primed');
  });

  test('with a value that cannot be cached says so, and forgets the old entry all the same', async () => {
    const it = new VirtualCache({ maxBytes: 10_000 });
    await it.cache.changes.prime(['a'], 'old');
    expect(await it.cache.changes.prime(['a'], () => 1)).toMatchObject({ stored: false });
    expect(it.cache.peek(['a'])).toBeUndefined();
    await it.cache.changes.prime(['a'], 'old');
    expect(await it.cache.changes.prime(['a'], 'x'.repeat(20_000))).toMatchObject({ stored: false });
    expect(it.cache.peek(['a'])).toBeUndefined();
  });
});

describe('peeking', () => {
  test('shows the fresh entry with its times, calls nobody and counts nothing', async () => {
    const it = new VirtualCache();
    expect(it.cache.peek(['a'])).toBeUndefined();
    const loadedAt = it.now;
    await it.load(['a'], 'v');
    const counted = structuredClone(it.counters);
    it.now += 10;
    expect(it.peeked('a')).toBe('v');
    expect(it.cache.peek(['a'])).toMatchObject({ storedAt: loadedAt, freshUntil: loadedAt + TTL });
    it.now += TTL;
    expect(it.cache.peek(['a'])).toBeUndefined();
    expect(it.calls).toHaveLength(1);
    expect(it.counters).toEqual(counted);
  });
});

describe('a refresh', () => {
  test('calls the loader though the entry is fresh; others get the old value until it is done', async () => {
    const it = new VirtualCache();
    await it.load(['a'], 'old');
    const refreshed = it.cache.refresh(['a']);
    expect(await it.get('a')).toBe('old');
    it.lastCall.resolve('new');
    expect(await refreshed).toBe('new');
    expect(await it.get('a')).toBe('new');
    expect(it.calls).toHaveLength(2);
    expect(it.memory.size).toBe(1); // the old entry is gone
  });

  test('that fails rejects with the loader\'s own error and leaves the entry as it was', async () => {
    const it = new VirtualCache();
    await it.load(['a'], 'old');
    const refreshed = it.cache.refresh(['a']);
    const failure = new Error('down');
    it.lastCall.reject(failure);
    await expect(refreshed).rejects.toBe(failure);
    expect(await it.get('a')).toBe('old');
  });

  test('does not take the result of a load that began before it: that may have read the origin before the change', async () => {
    const it = new VirtualCache();
    const before = it.get('a');
    const refreshed = [it.cache.refresh(['a']), it.cache.refresh(['a']), it.cache.refresh(['a'])];
    expect(it.calls).toHaveLength(1);
    it.calls[0].resolve('before the change');
    expect(await before).toBe('before the change');
    await settled();
    expect(it.calls).toHaveLength(2); // one for the three of them
    it.calls[1].resolve('after the change');
    expect(await Promise.all(refreshed)).toEqual(['after the change', 'after the change', 'after the change']);
    expect(await it.get('a')).toBe('after the change');
  });

  test('runs after a failed load too, and its error is its own', async () => {
    const it = new VirtualCache();
    const before = watch(it.get('a'));
    const refreshed = it.cache.refresh(['a']);
    it.calls[0].reject(new Error('first'));
    await settled();
    it.calls[1].resolve('v');
    expect(await refreshed).toBe('v');
    expect(before.outcome).toEqual({ error: new Error('first') });
  });

  test('shares the load that an invalidation made others begin meanwhile', async () => {
    const it = new VirtualCache();
    const before = it.get('a');
    const refreshed = it.cache.refresh(['a']);
    await it.cache.changes.invalidate(['a']);
    const after = it.get('a');
    it.calls[0].resolve('before');
    await settled();
    expect(it.calls).toHaveLength(2);
    it.calls[1].resolve('after');
    expect(await Promise.all([before, refreshed, after])).toEqual(['before', 'after', 'after']);
  });

  test('is not undone by a load that began earlier', async () => {
    const it = new VirtualCache();
    void it.get('a');
    const refreshed = it.cache.refresh(['a']);
    await it.cache.changes.invalidate(['a']);
    void it.get('a');
    it.calls[0].resolve('v1');
    await settled();
    it.calls.at(-1)!.resolve('v3');
    expect(await refreshed).toBe('v3');
    it.calls[1].resolve('v2');
    await settled();
    expect(await it.get('a')).toBe('v3');
  });

  test('is joined by a call that finds no fresh entry', async () => {
    const it = new VirtualCache();
    const refreshed = it.cache.refresh(['a']);
    const called = it.get('a');
    it.lastCall.resolve('v');
    expect(await Promise.all([refreshed, called])).toEqual(['v', 'v']);
    expect(it.counters).toMatchObject({ originCalls: 1, joinedHits: 1, hits: 1, misses: 0 });
  });

  test('of results that cannot be cached gives every refresher its own', async () => {
    const it = new VirtualCache();
    const before = it.get('a');
    const refreshed = [it.cache.refresh(['a']), it.cache.refresh(['a'])];
    for (let index = 0; index < it.calls.length; index++) {
      it.calls[index].resolve(new URL(`https://example.com/${index}`));
      await settled();
    }
    const values = await Promise.all([before, ...refreshed]);
    expect(new Set(values).size).toBe(3);
  });
});
