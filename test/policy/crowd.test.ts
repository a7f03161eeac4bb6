import { MINUTE, CacheFixture, settled, watch } from '../equipment/cache-fixture';

const CALLERS = 1_000;
const DOWN = new Error('the origin is down');

const crowd = (fixture: CacheFixture) => Array.from({ length: CALLERS }, () => fixture.get('a'));

describe('a thousand callers of one key', () => {
  test('of a cold key call the origin once', async () => {
    const fixture = new CacheFixture();
    const results = crowd(fixture);
    expect(fixture.calls).toHaveLength(1);
    await fixture.lastCall.resolve('v');
    expect(await Promise.all(results)).toEqual(Array(CALLERS).fill('v'));
    expect(fixture.counters).toMatchObject({ misses: 1, hits: CALLERS - 1, coalescedHits: CALLERS - 1, originCalls: 1 });
  });

  test('whose origin fails get the same error object, from one call', async () => {
    const fixture = new CacheFixture();
    const results = Promise.allSettled(crowd(fixture));
    await fixture.lastCall.reject(DOWN);
    expect((await results).every((result) => result.status === 'rejected' && result.reason === DOWN)).toBe(true);
    expect(fixture.counters).toMatchObject({ misses: 1, coalescedHits: CALLERS - 1, originCalls: 1, originErrors: 1 });
    void fixture.get('a'); // an error is nothing that stays
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('v');
  });

  test('get it from one call, too, if the loader throws before it returns a promise', async () => {
    let calls = 0;
    const loader = () => {
      calls++;
      throw DOWN;
    };
    const fixture = new CacheFixture({ loader });
    const results = await Promise.allSettled(crowd(fixture));
    expect(results.every((result) => result.status === 'rejected' && result.reason === DOWN)).toBe(true);
    expect(calls).toBe(1);
    await expect(fixture.get('a')).rejects.toBe(DOWN);
    expect(calls).toBe(2);
  });

  test('of a stale key call the origin once, whether or not the entry may be returned', async () => {
    for (const options of [{ staleWhileRevalidate: { minutes: 1 } }, { staleIfError: { minutes: 1 } }]) {
      const fixture = new CacheFixture(options);
      await fixture.load('a', 'old');
      fixture.now += MINUTE;
      const results = crowd(fixture);
      await fixture.afterResponse();
      expect(fixture.calls).toHaveLength(2);
      await fixture.lastCall.resolve('new');
      await Promise.all(results);
    }
  });

  test('with a stale entry and a failing origin all get the entry, from one call', async () => {
    const fixture = new CacheFixture({ staleIfError: { minutes: 1 } });
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const results = crowd(fixture);
    await fixture.lastCall.reject(DOWN);
    expect(new Set(await Promise.all(results))).toEqual(new Set(['old']));
    expect(fixture.counters).toMatchObject({ staleHits: CALLERS, originCalls: 2 });
  });
});

describe('a load', () => {
  test('whose entry is evicted meanwhile still answers its callers', async () => {
    const fixture = new CacheFixture({ maxBytes: 3_000, staleIfError: { hours: 1 } });
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const result = fixture.get('a');
    const ofA = fixture.lastCall;
    for (const key of ['b', 'c', 'd']) {
      await fixture.load(key, 'x'.repeat(1_000));
    }
    expect(fixture.counters.evictions).toBeGreaterThan(0);
    await ofA.reject(DOWN);
    expect(await result).toBe('old');
    const again = fixture.get('a');
    expect(fixture.lastCall.args).toEqual(['a']);
    await fixture.lastCall.resolve('new');
    expect(await again).toBe('new');
    expect(await fixture.get('a')).toBe('new');
  });

  test('that takes longer than its result is usable is not joined', async () => {
    const fixture = new CacheFixture();
    const early = fixture.get('a');
    fixture.now += MINUTE - 1;
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(1);
    fixture.now += 1;
    const afterThaw = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[0].resolve('read before the freeze');
    await fixture.calls[1].resolve('read after the freeze');
    expect(await Promise.all([early, afterThaw])).toEqual(['read before the freeze', 'read after the freeze']);
    expect(await fixture.get('a')).toBe('read after the freeze');
  });

  test('that is slower than the ttl is shared, and stored, within staleWhileRevalidate', async () => {
    const fixture = new CacheFixture({ staleWhileRevalidate: { minutes: 10 } });
    const results = [fixture.get('a')];
    fixture.now += 5 * MINUTE;
    results.push(fixture.get('a'));
    expect(fixture.calls).toHaveLength(1);
    await fixture.lastCall.resolve('v');
    expect(await Promise.all(results)).toEqual(['v', 'v']);
    expect(await fixture.get('a')).toBe('v');
    expect(fixture.counters.staleHits).toBe(1);
  });

  test('that seems to begin in the future, after the clock jumped back, is neither joined nor stored', async () => {
    const fixture = new CacheFixture();
    void fixture.get('a');
    fixture.now -= MINUTE;
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[1].resolve('new');
    await fixture.calls[0].resolve('old');
    expect(await fixture.get('a')).toBe('new');
  });

  test('is not used by later refreshes: these share one new load with other later callers', async () => {
    const fixture = new CacheFixture();
    const before = fixture.get('a');
    const refreshes = [fixture.cache.refresh(['a']), fixture.cache.refresh(['a'])];
    await fixture.cache.changes.invalidate(['a']);
    const after = fixture.get('a');
    await fixture.calls[0].resolve('before');
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[1].resolve('after');
    expect(await Promise.all([before, after, ...refreshes])).toEqual(['before', 'after', 'after', 'after']);
  });

  test('bypasses the cache if its option key throws', async () => {
    const fixture = new CacheFixture({ key: () => { throw new Error('no tenant'); } });
    const result = fixture.get('a');
    await fixture.lastCall.resolve('v');
    expect(await result).toBe('v');
    expect(fixture.counters.bypasses).toBe(1);
  });
});

describe('shadow mode', () => {
  const shadow = (fixture: CacheFixture) => fixture.cache.shadow(['a']);

  async function shadowed(fixture: CacheFixture, value: unknown): Promise<void> {
    const result = shadow(fixture);
    await fixture.lastCall.resolve(value);
    expect(await result).toBe(value);
  }

  test('always calls the loader, and counts correct and wrong entries', async () => {
    const fixture = new CacheFixture();
    await shadowed(fixture, 'v1');
    await shadowed(fixture, 'v1');
    await shadowed(fixture, 'v2');
    expect(fixture.counters).toMatchObject({ misses: 1, hits: 2, mismatches: 1, originCalls: 3 });
  });

  test('stores what the cache would store: the loader\'s ttl, tags and doNotCache() apply', async () => {
    const fixture = new CacheFixture();
    const first = shadow(fixture);
    fixture.lastCall.context.ttl = { seconds: 1 };
    fixture.lastCall.context.tags = ['t'];
    await fixture.lastCall.resolve('v1');
    await first;
    fixture.now += 1_000;
    expect(fixture.cache.peek(['a'])).toBeUndefined();

    const second = shadow(fixture);
    fixture.lastCall.context.doNotCache();
    await fixture.lastCall.resolve('v2');
    await second;
    expect(fixture.cache.peek(['a'])).toBeUndefined();

    const third = shadow(fixture);
    fixture.lastCall.context.tags = ['t'];
    await fixture.lastCall.resolve('v3');
    await third;
    fixture.invalidations.invalidateTags(['t']);
    expect(fixture.cache.peek(['a'])).toBeUndefined();
  });

  test('does not store what was read before an invalidation', async () => {
    const fixture = new CacheFixture();
    const before = shadow(fixture);
    await fixture.cache.changes.invalidate(['a']);
    await fixture.lastCall.resolve('old');
    expect(await before).toBe('old');
    expect(fixture.cache.peek(['a'])).toBeUndefined();
  });

  test('passes on the loader\'s own error', async () => {
    const fixture = new CacheFixture();
    const result = watch(shadow(fixture));
    await fixture.lastCall.reject(DOWN);
    await settled();
    expect((result.outcome as { error: unknown }).error).toBe(DOWN);
  });
});
