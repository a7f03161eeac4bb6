import { Batch } from '../../../lambda-runtime/engine/batch.js';
import { LoadContext, loadContext, runInContext } from '../../../lambda-runtime/engine/load-context.js';
import { callForEach } from '../../../lambda-runtime/engine/many-calls.js';
import { CacheFixture, settled, TTL, watch } from '../../equipment/cache-fixture';
import { NOTHING_STORED, SharingCache } from '../shared/held-tier';

/** Nothing that can be cached. */
const uncacheable = () => () => 'a function';

describe('a load whose result cannot be shared', () => {
  test('is not waited for the next time, and again once a value can be shared', async () => {
    const cache = new CacheFixture();
    await cache.load('a', uncacheable());
    const both = [watch(cache.get('a')), watch(cache.get('a'))];
    expect(cache.calls).toHaveLength(3);
    cache.calls[1].resolve('plain');
    cache.calls[2].resolve('plain, too');
    await settled();
    expect(both.map(({ outcome }) => outcome)).toEqual([{ value: 'plain' }, { value: 'plain, too' }]);
    cache.now += TTL;
    const again = [cache.get('a'), cache.get('a')];
    expect(cache.calls).toHaveLength(4);
    cache.lastCall.resolve('new');
    expect(await Promise.all(again)).toEqual(['new', 'new']);
  });

  test('is remembered for a thousand keys, not for more', async () => {
    const cache = new CacheFixture();
    const begun = (key: string) => {
      const before = cache.calls.length;
      const both = [cache.get(key), cache.get(key)];
      const count = cache.calls.length - before;
      cache.calls.slice(before).forEach(({ resolve }) => resolve('plain'));
      return Promise.all(both).then(() => count);
    };
    for (let key = 0; key < 1_000; key++) {
      await cache.load(`key ${key}`, uncacheable());
    }
    expect(await begun('key 0')).toBe(2);
    // Known to be shared again: there is room for one more.
    await cache.load('another', uncacheable());
    expect(await begun('key 1')).toBe(2);
    await cache.load('one more', uncacheable());
    await cache.load('and one too many', uncacheable());
    expect(await begun('key 2')).toBe(1);
    expect(await begun('and one too many')).toBe(2);
  });
});

describe('what a loader must not cache', () => {
  test.each([0, -1])('a ttl of %i s stores nothing, not even for staleIfError', async (seconds) => {
    const cache = new CacheFixture({
      staleIfError: { minutes: 1 },
      loader: (value: unknown) => {
        loadContext().ttl = { seconds };
        return value instanceof Error ? Promise.reject(value) : value;
      },
      key: () => 'a',
    });
    expect(await cache.get('value')).toBe('value');
    expect(cache.memory.size).toBe(0);
    await expect(cache.get(new Error('down'))).rejects.toThrow('down');
  });

  test('an invalid ttl and invalid tags are two mistakes, and each is logged', async () => {
    const cache = new CacheFixture({
      loader: (what: string) => {
        const context = loadContext();
        if (what === 'ttl') {
          context.ttl = { seconds: NaN };
        } else {
          context.tags = [{}] as never;
        }
        return what;
      },
    });
    expect([await cache.get('ttl'), await cache.get('tags'), await cache.get('ttl'), await cache.get('tags')]).toEqual(['ttl', 'tags', 'ttl', 'tags']);
    expect(cache.warnings).toEqual([expect.stringContaining('ttl'), expect.stringContaining('among its tags')]);
  });

  test.each<[ConstructorParameters<typeof CacheFixture>[0]]>([
    [{ negativeTtl: { minutes: 1 } }],
    [{ cacheErrors: () => true }],
    [{ negativeTtl: { minutes: 1 }, cacheErrors: () => false }],
  ])('%j does not make an error cacheable', async (options) => {
    const cache = new CacheFixture(options);
    for (const message of ['one', 'two']) {
      const result = watch(cache.get('a'));
      cache.lastCall.reject(new Error(message));
      await settled();
      expect(result.outcome).toEqual({ error: new Error(message) });
    }
    expect(cache.memory.size).toBe(0);
  });

  test('a signal is not aborted during its load, but is if the load was aborted before it was first read', () => {
    const context = new LoadContext();
    expect(context.signal.aborted).toBe(false);
    const aborted = new LoadContext();
    aborted.abort(new Error('over'));
    expect(aborted.signal.reason).toEqual(new Error('over'));
  });

  test('a batch of loads for which no caller waits begins aborted', async () => {
    const signals: AbortSignal[] = [];
    const batch = new Batch({
      cacheName: 'product',
      loadMany: (ids: string[]) => {
        signals.push(loadContext().signal);
        return ids;
      },
      batchSize: 10,
      measured: async (load) => load(),
    } as ConstructorParameters<typeof Batch>[0]);
    const contexts = [new LoadContext(), new LoadContext()];
    const loads = ['a', 'b'].map((id, index) => runInContext(contexts[index], () => batch.load(id)));
    contexts.forEach((context) => context.abort(new Error('over')));
    expect(await Promise.all(loads)).toEqual(['a', 'b']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('many calls', () => {
  /** Loads the ids that are objects with a number. */
  function loadNumbers(count: number, batchSize: number) {
    const sizes: number[] = [];
    let inFlight = 0;
    let most = 0;
    const batch = new Batch({
      cacheName: 'number',
      loadMany: async (ids: { number: number }[]) => {
        sizes.push(ids.length);
        await settled();
        return ids.map(({ number }) => number);
      },
      batchSize,
      measured: async (load) => load(),
    } as ConstructorParameters<typeof Batch>[0]);
    const ids = Array.from({ length: count }, (_, number) => ({ number }));
    const results = callForEach(ids, batch, async (id) => {
      most = Math.max(most, ++inFlight);
      const value = await batch.load(id);
      inFlight--;
      return value;
    });
    return { ids, results, sizes, most: () => most };
  }

  test('run a thousand at a time, in full batches, with the ids as they were', async () => {
    const { ids, results, sizes, most } = loadNumbers(2_501, 100);
    ids.forEach((id) => {
      id.number = -1;
    });
    const { values, errors } = await results;
    expect(values).toEqual(Array.from({ length: 2_501 }, (_, number) => number));
    expect(errors.size).toBe(0);
    expect(sizes).toEqual([...Array.from({ length: 25 }, () => 100), 1]);
    expect(most()).toBe(1_000);
  });

  test('run as many at a time as one batch holds, if that is more', async () => {
    const { results, sizes, most } = loadNumbers(2_500, 1_200);
    expect((await results).values).toHaveLength(2_500);
    expect(sizes).toEqual([1_200, 1_200, 100]);
    expect(most()).toBe(1_200);
  });
});

describe('a refresh after the response', () => {
  const REFRESHING = { staleWhileRevalidate: { minutes: 1 } };

  /** A cache that holds a stale value, and the refresh that a hit has queued. */
  async function staleCache() {
    const cache = new SharingCache(REFRESHING);
    await cache.loadShared('a', 'old');
    cache.now += TTL;
    expect(await cache.get('a')).toBe('old');
    return { cache, refresh: cache.queued.at(-1)! };
  }

  test('is not queued during a load of the key', async () => {
    const cache = new CacheFixture(REFRESHING);
    await cache.load('a', 'old');
    cache.now += TTL;
    const byHand = cache.cache.refresh(['a']);
    await settled();
    expect(await cache.get('a')).toBe('old');
    expect(cache.queued).toEqual([]);
    cache.lastCall.resolve('new');
    expect(await byHand).toBe('new');
  });

  test('loads what the tier has lost', async () => {
    const { cache, refresh } = await staleCache();
    const work = refresh.run();
    await cache.answer(NOTHING_STORED);
    expect(cache.calls).toHaveLength(2);
    cache.lastCall.resolve('new');
    await work;
    expect(cache.peeked('a')).toBe('new');
  });

  test('loads nothing if the tier has a newer value', async () => {
    const { cache, refresh } = await staleCache();
    const work = refresh.run();
    await cache.answer(cache.entry('of another'));
    await work;
    expect(cache.calls).toHaveLength(1);
    expect(cache.peeked('a')).toBe('of another');
  });

  test('that reaches its time limit while the tier is read loads nothing, and is counted as dropped', async () => {
    const { cache, refresh } = await staleCache();
    const work = refresh.run();
    refresh.abort(new Error('over'));
    await cache.answer(NOTHING_STORED);
    await work;
    expect(cache.calls).toHaveLength(1);
    expect(cache.counters.droppedRefreshes).toBe(1);
  });
});
