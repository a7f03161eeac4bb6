import { CacheFixture, settled, TTL, watch } from '../../equipment/cache-fixture';
import { NO_ANSWER, NOTHING_STORED, SharingCache, VERSION } from '../shared/held-tier';

const odd = () => 1;

describe('a call whose arguments cannot be a key', () => {
  test('bypasses the cache, in every operation', async () => {
    const cache = new CacheFixture({ loader: () => 'loaded' });
    expect(await cache.get(odd)).toBe('loaded');
    expect(await cache.cache.refresh([odd])).toBe('loaded');
    expect(await cache.cache.shadow([odd])).toBe('loaded');
    await cache.cache.readShared([odd]);
    expect(cache.peeked(odd)).toBeUndefined();
    expect(cache.counters).toMatchObject({ bypasses: 3, originCalls: 3, hits: 0, misses: 0 });
  });

  test('changes nothing', async () => {
    const cache = new SharingCache();
    await cache.loadShared('a', 1);
    expect(await cache.cache.changes.invalidate([odd])).toBe('environment');
    expect(await cache.cache.changes.prime([odd], 2)).toEqual({ stored: false, scope: 'environment' });
    expect(cache.tier.writes).toHaveLength(1);
    expect(cache.peeked('a')).toBe(1);
  });
});

describe('many calls in one pass', () => {
  test('get what is fresh in memory, and the indices of all others', async () => {
    const cache = new CacheFixture({ negativeTtl: { milliseconds: TTL }, cacheErrors: () => true });
    await cache.load('a', 1);
    const ofUndefined = cache.get();
    await cache.lastCall.resolve('of undefined');
    expect(await ofUndefined).toBe('of undefined');;
    const failed = watch(cache.get('failed'));
    cache.lastCall.reject(new Error('down'));
    await settled();
    expect(failed.outcome).toEqual({ error: new Error('down') });
    const values: unknown[] = [];
    expect(cache.cache.getFresh(['none', 'a', odd, 'failed', undefined, 'a'], values)).toEqual([0, 2, 3]);
    expect([values[1], values[4], values[5]]).toEqual([1, 'of undefined', 1]);
    expect(cache.counters.hits).toBe(3);
    cache.now += TTL;
    expect(cache.cache.getFresh(['a'], values)).toEqual([0]);
    expect(cache.cache.isCoherent).toBe(false);
    await cache.cache.ready();
  });

  test('get nothing that was invalidated', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 1);
    await cache.cache.changes.invalidateAll();
    expect(cache.cache.getFresh(['a'], [])).toEqual([0]);
  });
});

test('a cleared cache is empty, and its memory is free again', async () => {
  const cache = new CacheFixture();
  await cache.load('a', 1);
  await cache.load('b', 2);
  cache.cache.clear();
  expect([cache.peeked('a'), cache.peeked('b'), cache.memory.size]).toEqual([undefined, undefined, 0]);
  await cache.load('a', 3);
  expect(cache.peeked('a')).toBe(3);
});

test('peek() puts what it reads from the tier into memory', async () => {
  const cache = new SharingCache();
  const read = cache.cache.readShared(['a']);
  await cache.answer(cache.entry('shared'));
  await read;
  expect(cache.peeked('a')).toBe('shared');
});

describe('a clock that jumps back', () => {
  test('leaves nothing that could be older than it appears', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 1);
    cache.now -= 1;
    const call = watch(cache.get('a'));
    await settled();
    expect(call.outcome).toBe('pending');
    cache.lastCall.resolve(2);
    await settled();
    expect(call.outcome).toEqual({ value: 2 });
  });
});

describe('a tier that does not answer', () => {
  test.each([[{}, 'new'], [{ staleIfError: { minutes: 1 } }, 'old']])('about an entry that must be confirmed leaves %j of it where the origin fails', async (options, then) => {
    const cache = new SharingCache({ memoryTtl: { milliseconds: TTL / 2 }, ...options });
    await cache.loadShared('a', 'old');
    cache.now += TTL / 2;
    const call = watch(cache.get('a'));
    await cache.answer(NO_ANSWER);
    expect(call.outcome).toBe('pending');
    if (then === 'old') {
      cache.lastCall.reject(new Error('down'));
    } else {
      cache.lastCall.resolve('new');
    }
    await settled();
    expect(call.outcome).toEqual({ value: then });
    // It is unknown what it would replace.
    expect(cache.tier.writes).toHaveLength(1);
  });
});

describe('a primed value', () => {
  test('replaces what was read from the tier meanwhile', async () => {
    const cache = new SharingCache();
    const priming = cache.cache.changes.prime(['a'], 'primed');
    await settled();
    const read = cache.cache.readShared(['a']);
    cache.tier.writes.at(-1)!.resolve(VERSION);
    expect(await priming).toEqual({ stored: true, scope: 'fleet' });
    // An answer that may have come before it.
    await cache.answer(cache.entry('older'));
    await read;
    expect(cache.peeked('a')).toBe('primed');
  });

  test('that is evicted meanwhile leaves no older value in memory', async () => {
    const cache = new SharingCache();
    const priming = cache.cache.changes.prime(['a'], 'primed');
    await settled();
    cache.cache.clear();
    const read = cache.cache.readShared(['a']);
    await cache.answer(cache.entry('older'));
    await read;
    cache.tier.writes.at(-1)!.resolve(VERSION);
    await priming;
    expect(cache.peeked('a')).toBeUndefined();
  });

  test('that cannot be cached is not stored, and removes the previous entry', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 1);
    expect(await cache.cache.changes.prime(['a'], odd)).toEqual({ stored: false, scope: 'environment' });
    expect(cache.peeked('a')).toBeUndefined();
  });
});

test('a value that is read during an invalidation is invalidated, too', async () => {
  const cache = new SharingCache();
  const reached = Promise.withResolvers<boolean>();
  cache.tier.invalidate = () => reached.promise;
  const invalidation = cache.cache.changes.invalidate(['a']);
  const call = watch(cache.get('a'));
  await cache.answer(cache.entry('older'));
  expect(call.outcome).toEqual({ value: 'older' });
  reached.resolve(true);
  expect(await invalidation).toBe('fleet');
  expect(cache.peeked('a')).toBeUndefined();
  const cacheReached = Promise.withResolvers<boolean>();
  cache.tier.invalidateCache = () => cacheReached.promise;
  const all = cache.cache.changes.invalidateAll();
  const another = watch(cache.get('b'));
  await cache.answer(cache.entry('older'));
  expect(another.outcome).toEqual({ value: 'older' });
  cacheReached.resolve(false);
  expect(await all).toBe('environment');
  expect(cache.peeked('b')).toBeUndefined();
});

test('in shadow mode an entry of the tier is a hit, and a value that the tier lacks is stored', async () => {
  const cache = new SharingCache();
  const first = cache.cache.shadow(['a']);
  await cache.answer(NOTHING_STORED);
  cache.lastCall.resolve(1);
  expect(await first).toBe(1);
  expect(cache.tier.writes.map(({ entry }) => entry.value)).toEqual([1]);
  const second = cache.cache.shadow(['b']);
  await cache.answer(cache.entry(2));
  cache.lastCall.resolve(3);
  expect(await second).toBe(3);
  expect(cache.counters).toMatchObject({ hits: 1, misses: 1, mismatches: 1 });
});

test('an error\'s text in the log contains none of the loader\'s arguments', async () => {
  const cache = new CacheFixture({ staleIfError: { minutes: 1 } });
  const query = { mail: 'ann@example.com' };
  await cache.load(query, 1);
  cache.now += TTL;
  const call = cache.get(query);
  cache.lastCall.reject(new Error('refused ann@example.com'));
  expect(await call).toBe(1);
  expect(cache.warnings).toEqual([expect.stringContaining('refused ***')]);
});
