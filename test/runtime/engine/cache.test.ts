import { settled, TTL, CacheFixture, watch } from '../../equipment/cache-fixture';

const CALLERS = 1_000;

class Connection {
  public constructor(public readonly id: number) {}
}

describe('a call', () => {
  test('is answered from memory until the ttl has passed since its load began', async () => {
    const cache = new CacheFixture();
    const first = cache.get('a');
    cache.now += 400; // the load takes that long
    cache.lastCall.resolve('v1');
    expect(await first).toBe('v1');

    cache.now += TTL - 400 - 1;
    expect(await cache.get('a')).toBe('v1');
    cache.now += 1;
    const second = cache.get('a');
    expect(cache.calls).toHaveLength(2);
    cache.lastCall.resolve('v2');
    expect(await second).toBe('v2');
    expect(cache.counters).toMatchObject({ hits: 1, misses: 2, originCalls: 2 });
  });

  test('calls the loader if the entry is from the future by the clock', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v1');
    cache.now -= 1;
    expect(await cache.load('a', 'v2')).toBe('v2');
    expect(cache.calls).toHaveLength(2);
  });

  test.each([undefined, null, 0, '', false, NaN])('is a hit for %p, which is a value like any other', async (value) => {
    const cache = new CacheFixture();
    await cache.load('a', value);
    expect(await cache.get('a')).toBe(value);
    expect(cache.cache.peek(['a'])).toBeDefined();
    expect(cache.peeked('a')).toBe(value);
    expect(cache.calls).toHaveLength(1);
  });

  test('passes copies of its arguments to the loader', async () => {
    const cache = new CacheFixture();
    const query = { ids: [1, 2] };
    void cache.get(query, undefined, 'x');
    expect(cache.lastCall.args).toEqual([query, undefined, 'x']);
    expect(cache.lastCall.args[0]).not.toBe(query);
  });

  test('gets the frozen copy even if it called the loader itself, and the loader keeps an object that it can change', async () => {
    const cache = new CacheFixture();
    const product = { price: 1 };
    const first = await cache.load('a', product);
    product.price = 2;
    expect(first).toEqual({ price: 1 });
    expect(Object.isFrozen(first)).toBe(true);
    expect(await cache.get('a')).toBe(first);
  });

  test('gets its own copy if the cache is mutable', async () => {
    const cache = new CacheFixture({ mutable: true });
    const first = await cache.load('a', { tags: ['x'] }) as { tags: string[] };
    first.tags.push('y');
    expect(await cache.get('a')).toEqual({ tags: ['x'] });
  });

  test('is identified only by the option key if there is one', async () => {
    const cache = new CacheFixture({ key: (request: { id: string }) => request.id });
    await cache.load({ id: 'a', trace: 1 }, 'v');
    expect(await cache.get({ id: 'a', trace: 2 })).toBe('v');
    expect(cache.calls).toHaveLength(1);
  });
});

describe('many concurrent calls of a cold key', () => {
  test('call the loader once', async () => {
    const cache = new CacheFixture();
    const results = Array.from({ length: CALLERS }, () => cache.get('a'));
    expect(cache.calls).toHaveLength(1);
    cache.lastCall.resolve({ id: 'a' });
    const values = await Promise.all(results);
    expect(new Set(values).size).toBe(1);
    expect(cache.counters).toMatchObject({ hits: CALLERS - 1, coalescedHits: CALLERS - 1, misses: 1, originCalls: 1, originErrors: 0 });
  });

  test('each get the same error object from the loader, and call it once', async () => {
    const cache = new CacheFixture();
    const results = Array.from({ length: CALLERS }, () => watch(cache.get('a')));
    const failure = Object.assign(new Error('The origin is down.'), { code: 'ECONNREFUSED' });
    cache.lastCall.reject(failure);
    await settled();
    expect(results.filter(({ outcome }) => outcome !== 'pending' && 'error' in outcome && outcome.error === failure)).toHaveLength(CALLERS);
    expect(cache.calls).toHaveLength(1);
    expect(cache.counters).toMatchObject({ originCalls: 1, originErrors: 1 });
  });

  test('call the loader again after it failed: errors are not cached', async () => {
    const cache = new CacheFixture();
    const failed = cache.get('a');
    cache.lastCall.reject('not even an Error');
    await expect(failed).rejects.toBe('not even an Error');
    expect(await cache.load('a', 'v')).toBe('v');
  });

  test('get a loader\'s synchronous error as a rejection', async () => {
    const failure = new Error('synchronous');
    const cache = new CacheFixture();
    jest.spyOn(cache.calls, 'push').mockImplementation(() => {
      throw failure;
    });
    await expect(cache.get('a')).rejects.toBe(failure);
    await expect(cache.cache.refresh(['a'])).rejects.toBe(failure);
  });
});

describe('a result that cannot be cached', () => {
  test('is returned unchanged to its caller: each of many concurrent callers calls the loader', async () => {
    const cache = new CacheFixture();
    const results = Array.from({ length: CALLERS }, () => cache.get('a'));
    cache.lastCall.resolve(new Connection(0));
    await settled();
    expect(cache.calls).toHaveLength(CALLERS); // all at once: no caller waits for another's load
    cache.calls.forEach((call, index) => call.resolve(new Connection(index)));
    const values = await Promise.all(results) as Connection[];
    expect(values.every((value) => value instanceof Connection)).toBe(true);
    expect(new Set(values.map(({ id }) => id)).size).toBe(CALLERS);
    expect(cache.counters).toMatchObject({ hits: 0, coalescedHits: 0, misses: 1, bypasses: CALLERS - 1, originCalls: CALLERS });
    expect(cache.memory.size).toBe(0);
  });

  test('makes no later caller wait for another one', async () => {
    const cache = new CacheFixture();
    await cache.load('a', new Connection(0));
    const results = Array.from({ length: 10 }, () => cache.get('a'));
    expect(cache.calls).toHaveLength(11);
    cache.calls.slice(1).forEach((call, index) => call.resolve(new Connection(index)));
    expect((await Promise.all(results) as Connection[]).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('does not cost other keys their single flight', async () => {
    const cache = new CacheFixture();
    await cache.load('not found', new Connection(0));
    const results = Array.from({ length: CALLERS }, () => cache.get('popular'));
    expect(cache.calls).toHaveLength(2);
    cache.lastCall.resolve('v');
    await Promise.all(results);
  });

  test('causes one warning, with its kind, and is counted each time', async () => {
    const cache = new CacheFixture();
    const connection = new Connection(1);
    expect(await cache.load('a', { pool: [connection] })).toEqual({ pool: [connection] });
    await cache.load('b', connection);
    expect(cache.warnings).toEqual([expect.stringMatching(/'product' is not cached: it is or contains an instance of Connection\. Return plain data/)]);
    expect(cache.counters.uncacheable).toBe(2);
  });

  test('and is larger than the memory bound is returned, logged and counted', async () => {
    const cache = new CacheFixture({ maxBytes: 10_000 });
    expect(await cache.load('a', 'x'.repeat(20_000))).toHaveLength(20_000);
    expect(cache.cache.peek(['a'])).toBeUndefined();
    expect(cache.warnings).toEqual([expect.stringMatching(/exceed the memory limit\. Raise maxMemory/)]);
    expect(cache.counters).toMatchObject({ uncacheable: 1, evictions: 0 });
    expect(cache.memory.bytes).toBe(0);
  });
});

describe('a load that never ends, or ended while the environment was frozen', () => {
  test('is not joined by a call whose result would no longer be fresh', async () => {
    const cache = new CacheFixture();
    void cache.get('a');
    cache.now += TTL;
    const afterThaw = cache.get('a');
    cache.calls[0].resolve('read before the freeze');
    cache.calls[1]?.resolve('read after the freeze');
    expect(await afterThaw).toBe('read after the freeze');
  });

  // Fails for the same reason: without a cache, only the call whose connection died would hang.
  test('does not make every later call of its key hang', async () => {
    const cache = new CacheFixture();
    void cache.get('a');
    cache.now += 10 * TTL;
    const later = watch(cache.get('a'));
    cache.calls[1]?.resolve('v');
    await settled();
    expect(later.outcome).toEqual({ value: 'v' });
  });
});

describe('a wall clock that jumps back', () => {
  test('behind an entry\'s load keeps the entry unused after the clock is right again', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v');
    cache.now -= 10;
    expect(cache.peeked('a')).toBeUndefined();
    cache.now += 20;
    void cache.get('a');
    expect(cache.calls).toHaveLength(2);
  });

  test('by less than an entry\'s age does not prolong its life', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v');
    cache.now += 0.9 * TTL;
    expect(await cache.get('a')).toBe('v');
    cache.now -= 0.4 * TTL;
    void cache.get('a');
    cache.now += 0.4 * TTL;
    void cache.get('a');
    expect(cache.calls.length).toBeGreaterThan(1);
  });
});

describe('arguments that cannot be a key', () => {
  test('make the call bypass the cache, and cause one warning with the remedy', async () => {
    const cache = new CacheFixture();
    const callback = () => 1;
    expect(await cache.load(callback, 'v1')).toBe('v1');
    expect(await cache.load(callback, 'v2')).toBe('v2');
    expect(cache.cache.keys.of([callback])).toBeUndefined();
    expect(cache.warnings).toEqual([expect.stringMatching(/'product' cannot be its key: a function\. The call is not cached\. Pass the option `key`/)]);
    expect(cache.counters).toMatchObject({ bypasses: 2, hits: 0, misses: 0, originCalls: 2 });
  });

  test('are ignored by every operation', async () => {
    const cache = new CacheFixture();
    expect(cache.cache.peek([Symbol('s')])).toBeUndefined();
    expect(await cache.cache.changes.prime([Symbol('s')], 'v')).toMatchObject({ stored: false });
    expect(await cache.cache.changes.invalidate([Symbol('s')])).toBe('environment');
    const refreshed = cache.cache.refresh([Symbol('s')]);
    cache.lastCall.resolve('v');
    expect(await refreshed).toBe('v');
  });

  test('include those for which the option key throws: its error is logged with its class and place, but without its message, which quotes them', async () => {
    const cache = new CacheFixture({ key: (token: unknown) => (JSON.parse(String(token)) as { sub: string }).sub });
    expect(await cache.load('secret-token', 'v')).toBe('v');
    expect(cache.warnings).toEqual([expect.stringMatching(/cannot be its key: SyntaxError at .*cache\.test\.ts:\d+:\d+\. The call is not cached/)]);
    expect(cache.warnings[0]).not.toContain('secret');
  });
});
