import { ALONE, ManualFixture, WITH_STALE } from './manual-fixture';
import type { ContextLoader } from '../../../lambda-runtime/engine/manual-cache.js';
import { fakeTimers, MINUTE, settled, watch } from '../../equipment/cache-fixture';

describe('a manual cache', () => {
  test('keeps a value for as long as its load has set, and callers join a load under way', async () => {
    const cache = new ManualFixture();
    const nothing = await cache.manual.find('page');
    expect(nothing.value).toBeUndefined();
    const gate = Promise.withResolvers<unknown>();
    const first = cache.manual.load(nothing, (context) => {
      context.ttl = { hours: 1 };
      return gate.promise;
    }, ALONE);
    const second = cache.manual.load(await cache.manual.find('page'), () => 'another', ALONE);
    gate.resolve({ text: 'one' });
    expect([await first, await second]).toEqual([{ value: { text: 'one' } }, { value: { text: 'one' } }]);
    // Frozen: every caller gets the same.
    expect(Object.isFrozen((await first).value)).toBe(true);
    cache.now += 60 * MINUTE - 1;
    expect(cache.manual.inMemory('page')).toMatchObject({ value: { text: 'one' } });
    expect(await cache.manual.find('page')).toMatchObject({ value: { text: 'one' } });
    expect(cache.manual.inMemory('other')).toBeUndefined();
    cache.now += 1;
    expect(cache.manual.inMemory('page')).toBeUndefined();
    expect((await cache.manual.find('page')).value).toBeUndefined();
    // What became of a call, its caller counts.
    expect(cache.counters).toMatchObject({ originCalls: 1, misses: 0, hits: 0, sharedMisses: 0, sharedHits: 0 });
    expect(cache.manual.isShared).toBe(false);
  });

  test('does not join a load that is a minute old, nor one if a new one is requested', async () => {
    const cache = new ManualFixture();
    const loads: PromiseWithResolvers<unknown>[] = [];
    const load = (isNew = false) => cache.manual.load({ key: 'page' }, () => {
      loads.push(Promise.withResolvers());
      return loads.at(-1)!.promise;
    }, { hasOther: false, isNew });
    const all = [load(), load()];
    expect(loads).toHaveLength(1);
    cache.now += MINUTE;
    all.push(load());
    expect(loads).toHaveLength(2);
    all.push(load(true));
    expect(loads).toHaveLength(3);
    loads.forEach(({ resolve }, index) => resolve(index));
    expect(await Promise.all(all)).toEqual([{ value: 0 }, { value: 0 }, { value: 1 }, { value: 2 }]);
  });

  test('counts the outcome that its caller reports', async () => {
    const cache = new ManualFixture();
    await cache.bring('page');
    const found = cache.manual.inMemory('page')!;
    cache.manual.served(found, false);
    cache.manual.served(found, true);
    cache.manual.joined(found);
    cache.manual.missed(found);
    expect(await cache.manual.bypass(() => 'past it')).toBe('past it');
    expect(cache.counters).toMatchObject({ hits: 3, staleHits: 1, coalescedHits: 1, bypasses: 1, misses: 1, originCalls: 2 });
    cache.manual.compare({ a: 1 }, { a: 1 });
    expect(cache.counters.mismatches).toBe(0);
    cache.manual.compare({ a: 1 }, { a: 2 });
    expect(cache.counters.mismatches).toBe(1);
  });

  test('keeps used entries when memory is full', async () => {
    const cache = new ManualFixture();
    const large = 'x'.repeat(100_000);
    await cache.bring(large);
    for (let other = 0; other < 100; other++) {
      cache.manual.served((await cache.manual.find('page')), false);
      await cache.bring(large, { key: `other ${other}` });
    }
    expect(cache.manual.inMemory('page')?.value).toBe(large);
    expect(cache.counters.evictions).toBeGreaterThan(50);
  });

  test('throttles its origin if something is stored, and only for as long as retryAfter', async () => {
    const cache = new ManualFixture({ retryAfter: { seconds: 30 } });
    const nothing = await cache.manual.find('page');
    cache.manual.throttle(nothing);
    expect(cache.manual.isThrottled(nothing)).toBe(false);
    await cache.bring('page', nothing);
    const found = await cache.manual.find('page');
    expect(cache.manual.isThrottled(found)).toBe(false);
    cache.manual.throttle(found);
    expect(cache.manual.isThrottled(found)).toBe(true);
    cache.manual.refreshLater(found, () => 'too early');
    expect(cache.queued).toEqual([]);
    cache.now += 30_000;
    expect(cache.manual.isThrottled(found)).toBe(false);
  });

  test('refreshes after the response, with the stale value at hand', async () => {
    const cache = new ManualFixture();
    await cache.bring('old', undefined, (context) => {
      context.validator = '"etag"';
    });
    const seen: unknown[] = [];
    const refresh: ContextLoader = (context) => {
      seen.push(context.stale?.value, context.validator);
      context.ttl = { hours: 1 };
      return 'new';
    };
    cache.manual.refreshLater({ key: 'page' }, refresh);
    expect(cache.queued).toEqual([]);
    cache.manual.refreshLater((await cache.manual.find('page')), refresh);
    expect(seen).toEqual([]);
    await cache.queued[0].run();
    expect(seen).toEqual(['old', '"etag"']);
    expect(cache.manual.inMemory('page')?.value).toBe('new');
  });

  test('whose load fails rejects its own caller; callers that joined get nothing, and call the origin', async () => {
    const cache = new ManualFixture();
    const gate = Promise.withResolvers<unknown>();
    const own = watch(cache.manual.load({ key: 'page' }, () => gate.promise, ALONE));
    const joined = watch(cache.manual.load({ key: 'page' }, () => 'another', ALONE));
    gate.reject(new Error('down'));
    await settled();
    expect(own.outcome).toEqual({ error: new Error('down') });
    expect(joined.outcome).toEqual({ value: {} });
  });

  test('shares nothing that its loader must not cache, and later callers do not wait for such a result', async () => {
    const cache = new ManualFixture();
    const personal: ContextLoader = (context) => {
      context.unshared = true;
      return 'personal';
    };
    expect(await cache.manual.load({ key: 'page' }, personal, ALONE)).toEqual({});
    expect(cache.manual.inMemory('page')).toBeUndefined();
    const gate = Promise.withResolvers<unknown>();
    const first = watch(cache.manual.load({ key: 'page' }, (context) => {
      context.unshared = true;
      return gate.promise;
    }, ALONE));
    const second = watch(cache.manual.load({ key: 'page' }, () => 'never called', ALONE));
    await settled();
    expect([first.outcome, second.outcome]).toEqual(['pending', { value: {} }]);
    gate.resolve('personal, too');
    await settled();
    expect(first.outcome).toEqual({ value: {} });
    expect(cache.counters.originCalls).toBe(2);
  });

  test('returns nothing that was loaded before an invalidation of which the caller knows', async () => {
    const cache = new ManualFixture();
    const gate = Promise.withResolvers<unknown>();
    const first = cache.manual.load({ key: 'page' }, (context) => {
      context.tags = ['prices'];
      return gate.promise;
    }, ALONE);
    cache.invalidations.invalidateTags(['unrelated']);
    const second = cache.manual.load({ key: 'page' }, () => 'another', ALONE);
    cache.invalidations.invalidateTags(['prices']);
    gate.resolve('old');
    expect(await first).toEqual({ value: 'old' });
    expect(await second).toEqual({});
    expect(cache.manual.inMemory('page')).toBeUndefined();
  });

  test('follows only its own rules: no policy makes an entry stale, early or an error', async () => {
    const cache = new ManualFixture({
      ttl: { seconds: 1 },
      negativeTtl: { seconds: 1 },
      cacheErrors: () => true,
      jitter: 1,
      earlyRefresh: 0,
      staleWhileRevalidate: { hours: 1 },
      staleIfError: { hours: 1 },
    });
    await cache.bring(null);
    cache.now += 59 * MINUTE;
    expect(cache.manual.inMemory('page')).toMatchObject({ value: null });
    cache.now += MINUTE;
    expect(cache.manual.inMemory('page')).toBeUndefined();
    await expect(cache.manual.load({ key: 'page' }, () => Promise.reject(new Error('down')), ALONE)).rejects.toThrow('down');
    expect(cache.manual.inMemory('page')).toBeUndefined();
    expect(cache.queued).toEqual([]);
  });
});

describe('a manual cache whose origin is slow', () => {
  beforeEach(fakeTimers);
  afterEach(() => jest.useRealTimers());

  /** What becomes of a load that takes longer than that, and how many milliseconds its caller waits. */
  async function waitFor(cache: ManualFixture, options = WITH_STALE) {
    await cache.bring('old');
    const gate = Promise.withResolvers<unknown>();
    const call = watch(cache.manual.load(await cache.manual.find('page'), (context) => {
      context.ttl = { hours: 1 };
      return gate.promise;
    }, options));
    let waited = 0;
    while (waited < 10_000 && call.outcome === 'pending') {
      jest.advanceTimersByTime(10);
      waited += 10;
      await settled();
    }
    return { call, waited, gate };
  }

  test('makes a caller that has an alternative wait no longer than softTimeout, continues after the response, and throttles', async () => {
    const cache = new ManualFixture({ softTimeout: { milliseconds: 50 } });
    const { call, waited, gate } = await waitFor(cache);
    expect([call.outcome, waited]).toEqual([{ value: { isLate: true } }, 50]);
    expect(cache.manual.isThrottled(await cache.manual.find('page'))).toBe(true);
    expect(cache.queued).toHaveLength(1);
    const work = cache.queued[0].run();
    gate.resolve('new');
    await work;
    expect(cache.manual.inMemory('page')?.value).toBe('new');
  });

  test('makes it wait for three quarters of its invocation\'s remaining time', async () => {
    const cache = new ManualFixture();
    cache.remainingMs = 400;
    const { call, waited } = await waitFor(cache);
    expect([call.outcome, waited]).toEqual([{ value: { isLate: true } }, 300]);
  });

  test.each([[undefined, WITH_STALE], [50, ALONE]])('is waited for if nothing ends the wait, or the caller has no alternative (softTimeout %p)', async (softTimeout, options) => {
    const cache = new ManualFixture(softTimeout === undefined ? {} : { softTimeout: { milliseconds: softTimeout } });
    const { call, waited, gate } = await waitFor(cache, options);
    expect([call.outcome, waited]).toEqual(['pending', 10_000]);
    gate.resolve('new');
    await settled();
    expect(call.outcome).toEqual({ value: { value: 'new' } });
    expect(cache.queued).toEqual([]);
  });
});
