import { loadContext } from '../../../lambda-runtime/engine/load-context.js';
import { settled, TTL, CacheFixture, watch } from '../../equipment/cache-fixture';

/** Nothing that could be a key. */
const UNKEYABLE = () => 1;

describe('arguments that cannot be a key', () => {
  test.each(['get', 'refresh', 'shadow'] as const)('%s calls the loader with them each time, and counts that', async (way) => {
    const loader = jest.fn((given: () => number) => Promise.resolve(given()));
    const cache = new CacheFixture({ loader });
    expect(await cache.cache[way]([UNKEYABLE])).toBe(1);
    expect(await cache.cache[way]([UNKEYABLE])).toBe(1);
    expect(loader).toHaveBeenCalledTimes(2);
    expect(cache.counters).toMatchObject({ bypasses: 2, hits: 0, misses: 0, originCalls: 2 });
  });

  test('have nothing to peek at, to look up, to invalidate or to prime', async () => {
    const cache = new CacheFixture();
    expect(cache.cache.peek([UNKEYABLE])).toBeUndefined();
    await cache.cache.readShared([UNKEYABLE]);
    expect(await cache.cache.changes.invalidate([UNKEYABLE])).toBe('environment');
    expect(await cache.cache.changes.prime([UNKEYABLE], 1)).toEqual({ stored: false, scope: 'environment' });
    expect(cache.memory.size).toBe(0);
  });
});

describe('a refresh', () => {
  test('whose result cannot be cached returns it to its caller, and a caller that shared it calls the loader again', async () => {
    const cache = new CacheFixture();
    const first = watch(cache.cache.refresh(['a']));
    await settled();
    const second = watch(cache.cache.refresh(['a']));
    const third = watch(cache.cache.refresh(['a']));
    const handle = { on: () => {} };
    cache.calls[0].resolve(handle);
    await settled();
    expect(first.outcome).toEqual({ value: handle });
    // The second and the third share a load that began after the first.
    expect(cache.calls).toHaveLength(2);
    const other = { on: () => {} };
    cache.calls[1].resolve(other);
    await settled();
    expect(cache.calls).toHaveLength(3);
    cache.calls[2].resolve('plain');
    await settled();
    expect([second.outcome, third.outcome]).toContainEqual({ value: other });
    expect([second.outcome, third.outcome]).toContainEqual({ value: 'plain' });
  });

  test('whose argument changes while it waits fails alone', async () => {
    const cache = new CacheFixture({ key: (query: { readonly id: string }) => query.id });
    class Query {
      public constructor(public id: string) {}
    }
    const changing = new Query('a');
    void cache.get(new Query('a'));
    const [own, other] = [watch(cache.cache.refresh([changing])), watch(cache.cache.refresh([new Query('a')]))];
    changing.id = 'b';
    cache.calls[0].resolve('first');
    await settled();
    cache.calls[1].reject(new Error('of b'));
    await settled();
    expect(own.outcome).toEqual({ error: new Error('of b') });
    cache.calls[2].resolve('of a');
    await settled();
    expect(other.outcome).toEqual({ value: 'of a' });
  });

  test('of nothing begins one load', async () => {
    const cache = new CacheFixture();
    const refreshed = cache.cache.refresh(['a']);
    await settled();
    cache.lastCall.resolve(1);
    expect(await refreshed).toBe(1);
    expect(cache.peeked('a')).toBe(1);
  });
});

describe('in shadow', () => {
  test('every call reaches the loader, and its result is compared with the cached one', async () => {
    const cache = new CacheFixture();
    const shadow = async (value: unknown) => {
      const result = cache.cache.shadow(['a']);
      await settled();
      cache.lastCall.resolve(value);
      return result;
    };
    expect(await shadow({ price: 1 })).toEqual({ price: 1 });
    expect(cache.counters).toMatchObject({ misses: 1, hits: 0, mismatches: 0, originCalls: 1 });
    expect(await shadow({ price: 1 })).toEqual({ price: 1 });
    expect(cache.counters).toMatchObject({ misses: 1, hits: 1, mismatches: 0, originCalls: 2 });
    expect(await shadow({ price: 2 })).toEqual({ price: 2 });
    expect(cache.counters).toMatchObject({ misses: 1, hits: 2, mismatches: 1, originCalls: 3 });
    // What a hit would have been stays what it is.
    expect(cache.peeked('a')).toEqual({ price: 1 });
    cache.now += TTL;
    await shadow({ price: 3 });
    expect(cache.counters).toMatchObject({ misses: 2, hits: 2, mismatches: 1 });
    expect(cache.peeked('a')).toEqual({ price: 3 });
  });

  test('what the loader sets applies', async () => {
    const cache = new CacheFixture({
      loader: () => {
        loadContext().doNotCache();
        return Promise.resolve(1);
      },
    });
    expect(await cache.cache.shadow(['a'])).toBe(1);
    expect(cache.peeked('a')).toBeUndefined();
  });

  test('an error reaches the caller, and may be cached', async () => {
    const cache = new CacheFixture({ negativeTtl: { seconds: 1 }, cacheErrors: () => true });
    const result = watch(cache.cache.shadow(['a']));
    await settled();
    const error = new Error('no such thing');
    cache.lastCall.reject(error);
    await settled();
    expect(result.outcome).toEqual({ error });
    expect(cache.memory.size).toBe(1);
  });
});

describe('a shared load', () => {
  test('whose key changes while the loader runs fails for its own caller only', async () => {
    class Query {
      public constructor(public id: string) {}
    }
    const cache = new CacheFixture({ key: (query: Query) => query.id });
    const query = new Query('a');
    const own = watch(cache.get(query));
    const joined = watch(cache.get(new Query('a')));
    query.id = 'b';
    cache.calls[0].reject(new Error('of b'));
    await settled();
    expect(own.outcome).toEqual({ error: new Error('of b') });
    expect(cache.calls).toHaveLength(2);
    cache.calls[1].resolve('of a');
    await settled();
    expect(joined.outcome).toEqual({ value: 'of a' });
  });

  test('that fails, fails for all', async () => {
    const cache = new CacheFixture();
    const [one, two] = [watch(cache.get('a')), watch(cache.get('a'))];
    const error = new Error('no');
    cache.lastCall.reject(error);
    await settled();
    expect([one.outcome, two.outcome]).toEqual([{ error }, { error }]);
    expect(cache.calls).toHaveLength(1);
  });
});

describe('an argument of the loader', () => {
  test('is a copy that no other code can change', async () => {
    const cache = new CacheFixture();
    const query = { page: 1, tags: ['a'] };
    void cache.get(query, 'b', null);
    query.page = 2;
    expect(cache.lastCall.args).toEqual([{ page: 1, tags: ['a'] }, 'b', null]);
    expect(cache.lastCall.args[0]).not.toBe(query);
  });

  test('is the argument itself if there can be no copy', async () => {
    const cache = new CacheFixture({ key: (id: string) => id });
    const connection = { send: () => 1 };
    void cache.get('a', connection, UNKEYABLE);
    expect(cache.lastCall.args).toEqual(['a', connection, UNKEYABLE]);
    expect(cache.lastCall.args[1]).toBe(connection);
  });
});

test('a hit keeps an entry in memory when others are evicted', async () => {
  const cache = new CacheFixture({ maxBytes: 6_000 });
  await cache.load('kept', 'x'.repeat(500));
  for (let i = 0; i < 20; i++) {
    await cache.load(i, 'x'.repeat(500));
    expect(await cache.get('kept')).toBe('x'.repeat(500));
  }
  expect(cache.calls).toHaveLength(21);
  expect(cache.counters.evictions).toBeGreaterThan(5);
});
