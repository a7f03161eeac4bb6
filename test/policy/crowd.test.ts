import { MINUTE, Scene, settled, watch } from './scene.js';

const CALLERS = 1_000;
const DOWN = new Error('the origin is down');

const crowd = (scene: Scene) => Array.from({ length: CALLERS }, () => scene.get('a'));

describe('a thousand callers of one key', () => {
  test('that is cold call the origin once', async () => {
    const scene = new Scene();
    const results = crowd(scene);
    expect(scene.calls).toHaveLength(1);
    await scene.lastCall.resolve('v');
    expect(await Promise.all(results)).toEqual(Array(CALLERS).fill('v'));
    expect(scene.counters).toMatchObject({ misses: 1, hits: CALLERS - 1, joinedHits: CALLERS - 1, originCalls: 1 });
  });

  test('whose origin fails get the very same error, from one call', async () => {
    const scene = new Scene();
    const results = Promise.allSettled(crowd(scene));
    await scene.lastCall.reject(DOWN);
    expect((await results).every((result) => result.status === 'rejected' && result.reason === DOWN)).toBe(true);
    expect(scene.counters).toMatchObject({ misses: 1, joinedHits: CALLERS - 1, originCalls: 1, originErrors: 1 });
    void scene.get('a'); // an error is nothing that stays
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('v');
  });

  test('whose loader throws before it returns a promise, too', async () => {
    let calls = 0;
    const loader = () => {
      calls++;
      throw DOWN;
    };
    const scene = new Scene({ loader });
    const results = await Promise.allSettled(crowd(scene));
    expect(results.every((result) => result.status === 'rejected' && result.reason === DOWN)).toBe(true);
    expect(calls).toBe(1);
    await expect(scene.get('a')).rejects.toBe(DOWN);
    expect(calls).toBe(2);
  });

  test('that is stale call the origin once, whether it may be served or not', async () => {
    for (const options of [{ staleWhileRevalidate: { minutes: 1 } }, { staleIfError: { minutes: 1 } }]) {
      const scene = new Scene(options);
      await scene.load('a', 'old');
      scene.now += MINUTE;
      const results = crowd(scene);
      await scene.afterResponse();
      expect(scene.calls).toHaveLength(2);
      await scene.lastCall.resolve('new');
      await Promise.all(results);
    }
  });

  test('with a stale entry and a failing origin all get the entry, from one call', async () => {
    const scene = new Scene({ staleIfError: { minutes: 1 } });
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const results = crowd(scene);
    await scene.lastCall.reject(DOWN);
    expect(new Set(await Promise.all(results))).toEqual(new Set(['old']));
    expect(scene.counters).toMatchObject({ staleHits: CALLERS, originCalls: 2 });
  });
});

describe('a load', () => {
  test('whose entry is evicted meanwhile ends well', async () => {
    const scene = new Scene({ maxBytes: 3_000, staleIfError: { hours: 1 } });
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const result = scene.get('a');
    const ofA = scene.lastCall;
    for (const key of ['b', 'c', 'd']) {
      await scene.load(key, 'x'.repeat(1_000));
    }
    expect(scene.counters.evictions).toBeGreaterThan(0);
    await ofA.reject(DOWN);
    expect(await result).toBe('old');
    const again = scene.get('a');
    expect(scene.lastCall.args).toEqual(['a']);
    await scene.lastCall.resolve('new');
    expect(await again).toBe('new');
    expect(await scene.get('a')).toBe('new');
  });

  test('that takes longer than its result may be served is not joined', async () => {
    const scene = new Scene();
    const early = scene.get('a');
    scene.now += MINUTE - 1;
    void scene.get('a');
    expect(scene.calls).toHaveLength(1);
    scene.now += 1;
    const afterThaw = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.calls[0].resolve('read before the freeze');
    await scene.calls[1].resolve('read after the freeze');
    expect(await Promise.all([early, afterThaw])).toEqual(['read before the freeze', 'read after the freeze']);
    expect(await scene.get('a')).toBe('read after the freeze');
  });

  test('that is slower than the ttl is shared, and kept, as long as staleWhileRevalidate allows', async () => {
    const scene = new Scene({ staleWhileRevalidate: { minutes: 10 } });
    const results = [scene.get('a')];
    scene.now += 5 * MINUTE;
    results.push(scene.get('a'));
    expect(scene.calls).toHaveLength(1);
    await scene.lastCall.resolve('v');
    expect(await Promise.all(results)).toEqual(['v', 'v']);
    expect(await scene.get('a')).toBe('v');
    expect(scene.counters.staleHits).toBe(1);
  });

  test('that seems to begin in the future, after the clock jumped back, is neither joined nor kept', async () => {
    const scene = new Scene();
    void scene.get('a');
    scene.now -= MINUTE;
    void scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.calls[1].resolve('new');
    await scene.calls[0].resolve('old');
    expect(await scene.get('a')).toBe('new');
  });

  test('gives later refreshes one load of their own, shared with who else began it', async () => {
    const scene = new Scene();
    const before = scene.get('a');
    const refreshes = [scene.cache.refresh(['a']), scene.cache.refresh(['a'])];
    await scene.cache.changes.invalidate(['a']);
    const after = scene.get('a');
    await scene.calls[0].resolve('before');
    expect(scene.calls).toHaveLength(2);
    await scene.calls[1].resolve('after');
    expect(await Promise.all([before, after, ...refreshes])).toEqual(['before', 'after', 'after', 'after']);
  });

  test('of which the key option throws goes past the cache', async () => {
    const scene = new Scene({ key: () => { throw new Error('no tenant'); } });
    const result = scene.get('a');
    await scene.lastCall.resolve('v');
    expect(await result).toBe('v');
    expect(scene.counters.bypasses).toBe(1);
  });
});

describe('shadow mode', () => {
  const shadow = (scene: Scene) => scene.cache.shadow(['a']);

  async function shadowed(scene: Scene, value: unknown): Promise<void> {
    const result = shadow(scene);
    await scene.lastCall.resolve(value);
    expect(await result).toBe(value);
  }

  test('always calls the loader, and counts what the cache would have been right and wrong about', async () => {
    const scene = new Scene();
    await shadowed(scene, 'v1');
    await shadowed(scene, 'v1');
    await shadowed(scene, 'v2');
    expect(scene.counters).toMatchObject({ misses: 1, hits: 2, mismatches: 1, originCalls: 3 });
  });

  test('keeps what the cache would keep: ttl, tags and doNotCache() of the loader count', async () => {
    const scene = new Scene();
    const first = shadow(scene);
    scene.lastCall.context.ttl = { seconds: 1 };
    scene.lastCall.context.tags = ['t'];
    await scene.lastCall.resolve('v1');
    await first;
    scene.now += 1_000;
    expect(scene.cache.peek(['a'])).toBeUndefined();

    const second = shadow(scene);
    scene.lastCall.context.doNotCache();
    await scene.lastCall.resolve('v2');
    await second;
    expect(scene.cache.peek(['a'])).toBeUndefined();

    const third = shadow(scene);
    scene.lastCall.context.tags = ['t'];
    await scene.lastCall.resolve('v3');
    await third;
    scene.invalidations.invalidateTags(['t']);
    expect(scene.cache.peek(['a'])).toBeUndefined();
  });

  test('does not keep what was read before an invalidation', async () => {
    const scene = new Scene();
    const before = shadow(scene);
    await scene.cache.changes.invalidate(['a']);
    await scene.lastCall.resolve('old');
    expect(await before).toBe('old');
    expect(scene.cache.peek(['a'])).toBeUndefined();
  });

  test('hands on the loader\'s own error', async () => {
    const scene = new Scene();
    const result = watch(shadow(scene));
    await scene.lastCall.reject(DOWN);
    await settled();
    expect((result.outcome as { error: unknown }).error).toBe(DOWN);
  });
});
