import { Batch } from '../../../lambda-runtime/engine/batch.js';
import { settled, TTL, CacheFixture, watch } from '../../equipment/cache-fixture';

class Query {
  public constructor(public id: string) {}
}

/** A batch over a loader, which gets the ids and returns what it returns. */
const batchOf = (loadMany: (ids: string[]) => unknown, batchSize = 10) => new Batch({
  cacheName: 'product', loadMany: (ids) => loadMany(ids), batchSize, measured: async (load) => load(),
} as ConstructorParameters<typeof Batch>[0]);
const valuesOf = (ids: readonly string[]) => ids.map((id) => `of ${id}`);

describe('a load that ends', () => {
  test('with a key that has changed answers its caller, is not cached, and is logged once', async () => {
    const cache = new CacheFixture({ key: (query: Query) => query.id });
    for (const id of ['a', 'b']) {
      const query = new Query(id);
      const result = cache.get(query);
      query.id = 'changed';
      cache.lastCall.resolve(id);
      expect(await result).toBe(id);
    }
    expect(cache.memory.size).toBe(0);
    expect(cache.warnings).toEqual([expect.stringContaining('its key changed while the loader ran')]);
  });

  test('is counted with its duration, in milliseconds', async () => {
    const cache = new CacheFixture();
    const result = watch(cache.get('a'));
    cache.lastCall.reject(new Error('down'));
    await settled();
    await cache.load('b', 1);
    expect(result.outcome).toEqual({ error: new Error('down') });
    expect(cache.counters).toMatchObject({ originCalls: 2, originErrors: 1 });
    expect(cache.counters.originDurations).toHaveLength(2);
    for (const duration of cache.counters.originDurations) {
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(duration).toBeLessThan(60_000);
    }
  });

  test('in the background with an error is logged', async () => {
    const cache = new CacheFixture({ staleWhileRevalidate: { minutes: 1 } });
    await cache.load('a', 1);
    cache.now += TTL;
    expect(await cache.get('a')).toBe(1);
    const work = cache.queued[0].run();
    await settled();
    cache.lastCall.reject(new TypeError('down'));
    await work;
    expect(cache.warnings).toEqual([expect.stringMatching(/^The loader of cache 'product' failed after the response: TypeError/)]);
  });

  test('with an error that a stale value hides is logged', async () => {
    const cache = new CacheFixture({ staleIfError: { minutes: 1 } });
    await cache.load('a', 1);
    cache.now += TTL;
    const result = cache.get('a');
    cache.lastCall.reject(new TypeError('down'));
    expect(await result).toBe(1);
    expect(cache.warnings).toEqual([expect.stringMatching(/^The loader of cache 'product' failed, and a stale value was returned: TypeError/)]);
  });

  test('for a refresh whose time is over before it begins is counted as dropped', async () => {
    const cache = new CacheFixture({ staleWhileRevalidate: { minutes: 1 } });
    await cache.load('a', 1);
    cache.now += TTL;
    await cache.get('a');
    await cache.get('a');
    expect(cache.queued).toHaveLength(1);
    cache.queued[0].abort(new Error('The time is over.'));
    await cache.queued[0].run();
    expect(cache.calls).toHaveLength(1);
    expect(cache.counters.droppedRefreshes).toBe(1);
    // The next hit may try again.
    await cache.get('a');
    expect(cache.queued).toHaveLength(2);
  });
});

describe('a batch', () => {
  test.each<[string, (ids: string[]) => unknown]>([
    ['returns them in the order of the ids', valuesOf],
    ['sorts the ids in place', (ids) => valuesOf(ids.sort().reverse())],
    ['takes the ids out, one after the other', (ids) => Array.from({ length: ids.length }, () => `of ${ids.shift()}`)],
    ['puts other ids in their places', (ids) => {
      const values = valuesOf(ids);
      ids[0] = 'another';
      return values;
    }],
    ['returns a Map', (ids) => new Map(ids.map((id) => [id, `of ${id}`]))],
  ])('gives each id its value if the loader %s', async (_, loadMany) => {
    const batch = batchOf(loadMany);
    expect(await Promise.all(['b', 'a', 'c'].map((id) => batch.load(id)))).toEqual(valuesOf(['b', 'a', 'c']));
  });

  test('is loaded when the tick ends, or when it is full', async () => {
    const loaded: string[][] = [];
    const batch = batchOf((ids) => {
      loaded.push([...ids]);
      return valuesOf(ids);
    }, 2);
    const all = ['a', 'b', 'c'].map((id) => batch.load(id));
    await Promise.all(all);
    expect(loaded).toEqual([['a', 'b'], ['c']]);
  });

  test('that expects more waits until it is told to begin', async () => {
    const loaded: string[][] = [];
    const batch = batchOf((ids) => {
      loaded.push([...ids]);
      return valuesOf(ids);
    });
    batch.expectsMore = true;
    const first = batch.load('a');
    await settled();
    expect(loaded).toEqual([]);
    const second = batch.load('b');
    batch.begin();
    expect(await Promise.all([first, second])).toEqual(valuesOf(['a', 'b']));
    expect(loaded).toEqual([['a', 'b']]);
  });

  test.each([[['one'], '1 values'], ['text', 'string'], [undefined, 'undefined']])('whose loader returns %p fails with an error that describes it', async (results, text) => {
    const batch = batchOf(() => results);
    await expect(Promise.all([batch.load('a'), batch.load('b')])).rejects.toThrow(`received 2 ids and returned ${text}`);
  });

  test('fails for each id separately if the loader returns an error for it', async () => {
    const batch = batchOf(() => [new Error('no a'), 'of b']);
    expect(await Promise.allSettled([batch.load('a'), batch.load('b')])).toEqual([
      { status: 'rejected', reason: new Error('no a') }, { status: 'fulfilled', value: 'of b' },
    ]);
  });
});
