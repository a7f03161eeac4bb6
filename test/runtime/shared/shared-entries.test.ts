import { NO_ANSWER, NOTHING_STORED, OTHER_VERSION, SharingCache, VERSION } from './held-tier';
import { settled, TTL, watch } from '../../equipment/cache-fixture';

describe('a lookup', () => {
  test('is one for all concurrent calls of the key', async () => {
    const cache = new SharingCache();
    const calls = [cache.get('a'), cache.get('a'), cache.get('b')];
    expect(cache.tier.reads).toHaveLength(2);
    cache.tier.reads[1].resolve(cache.entry('of b'));
    cache.tier.reads[0].resolve(cache.entry('of a'));
    expect(await Promise.all(calls)).toEqual(['of a', 'of a', 'of b']);
    expect(cache.calls).toEqual([]);
    cache.now += TTL;
    void cache.get('a');
    expect(cache.tier.reads).toHaveLength(3);
  });

  test('that began before an invalidation returns nothing', async () => {
    const cache = new SharingCache();
    const call = watch(cache.get('a'));
    await cache.cache.changes.invalidate(['a']);
    await cache.answer(cache.entry('old'));
    expect(call.outcome).toBe('pending');
    cache.lastCall.resolve('new');
    await settled();
    expect(call.outcome).toEqual({ value: 'new' });
    // It is unknown what it would replace in the tier.
    expect(cache.tier.writes).toEqual([]);
  });

  test.each([[1_000, 'shared'], [1_001, 'loaded']])('finds an entry from %i ms in the future: %s', async (ahead, answer) => {
    const cache = new SharingCache();
    const call = watch(cache.get('a'));
    await cache.answer(cache.entry('shared', cache.now + ahead));
    cache.calls.at(-1)?.resolve('loaded');
    await settled();
    expect(call.outcome).toEqual({ value: answer });
  });

  test('does not replace what a load has stored meanwhile', async () => {
    const cache = new SharingCache({ memoryTtl: { milliseconds: 100 } });
    const first = cache.get('a');
    await cache.answer(NOTHING_STORED);
    // Nobody joins a load that began so long ago.
    cache.now += 100;
    const second = cache.get('a');
    expect(cache.tier.reads).toHaveLength(2);
    cache.lastCall.resolve('of the first load');
    expect(await first).toBe('of the first load');
    await cache.answer(cache.entry('found', cache.now - 50));
    cache.lastCall.resolve('of the second load');
    await second;
    expect(cache.memory.size).toBe(1);
    expect(cache.calls).toHaveLength(2);
  });
});

describe('an entry in memory', () => {
  const options = { memoryTtl: { milliseconds: 100 }, staleIfError: { hours: 1 } };

  test('is used for another memoryTtl once the tier has confirmed it', async () => {
    const cache = new SharingCache(options);
    await cache.loadShared('a', 1);
    cache.now += 100;
    const call = cache.get('a');
    await cache.answer({ isLocalCopyValid: true, version: VERSION });
    expect(await call).toBe(1);
    cache.now += 99;
    expect(await cache.get('a')).toBe(1);
    expect(cache.tier.reads).toHaveLength(2);
    cache.now += 1;
    void cache.get('a');
    expect(cache.tier.reads).toHaveLength(3);
  });

  test('replaces a failing loader\'s error if the tier does not answer', async () => {
    const cache = new SharingCache(options);
    await cache.loadShared('a', 1);
    cache.now += 100;
    const call = cache.get('a');
    await cache.answer(NO_ANSWER);
    cache.lastCall.reject(new Error('down'));
    expect(await call).toBe(1);
  });

  test('replaces no error once the tier holds something else', async () => {
    const cache = new SharingCache(options);
    await cache.loadShared('a', 1);
    cache.now += 100;
    const call = watch(cache.get('a'));
    await cache.answer({ isLocalCopyValid: false, version: OTHER_VERSION });
    cache.lastCall.reject(new Error('down'));
    await settled();
    expect(call.outcome).toEqual({ error: new Error('down') });
    expect(cache.memory.size).toBe(0);
  });
});

describe('storing', () => {
  test('a value that has expired by the end of its load is not stored', async () => {
    for (const [took, writes] of [[TTL, 0], [TTL - 1, 1]]) {
      const cache = new SharingCache();
      const call = cache.get('a');
      await cache.answer(NOTHING_STORED);
      cache.now += took;
      cache.lastCall.resolve(1);
      await call;
      expect(cache.tier.writes.map(({ retentionMs }) => retentionMs)).toEqual(Array.from({ length: writes }, () => 1));
    }
  });

  test('prime() reports whether the value reached the fleet', async () => {
    const cache = new SharingCache();
    const [failed, done] = [watch(cache.cache.changes.prime(['a'], 1)), watch(cache.cache.changes.prime(['b'], 2))];
    cache.tier.writes[0].resolve(undefined);
    cache.tier.writes[1].resolve(VERSION);
    await settled();
    expect(failed.outcome).toEqual({ value: { stored: true, scope: 'environment' } });
    expect(done.outcome).toEqual({ value: { stored: true, scope: 'fleet' } });
  });

  test('a primed value is not replaced by an earlier value of the tier', async () => {
    for (const isAnsweredFirst of [true, false]) {
      const cache = new SharingCache();
      const primed = cache.cache.changes.prime(['a'], 'new');
      void cache.cache.refresh(['a']);
      if (isAnsweredFirst) {
        await cache.answer(cache.entry('old'));
      }
      cache.tier.writes[0].resolve(VERSION);
      expect(await primed).toEqual({ stored: true, scope: 'fleet' });
      if (!isAnsweredFirst) {
        await cache.answer(cache.entry('old'));
      }
      expect([undefined, 'new']).toContain(cache.peeked('a'));
    }
  });

  test('keeps the environment awake until all of it is done, as one piece of work', async () => {
    const cache = new SharingCache();
    void cache.cache.changes.prime(['a'], 1);
    void cache.cache.changes.prime(['b'], 2);
    expect(cache.queued).toHaveLength(1);
    const work = watch(cache.queued[0].run());
    cache.tier.writes[0].resolve(VERSION);
    await settled();
    expect(work.outcome).toBe('pending');
    // More may come while it waits.
    void cache.cache.changes.prime(['c'], 3);
    cache.tier.writes[1].resolve(VERSION);
    await settled();
    expect(work.outcome).toBe('pending');
    expect(cache.queued).toHaveLength(1);
    cache.tier.writes[2].resolve(VERSION);
    await settled();
    expect(work.outcome).toEqual({ value: undefined });
    void cache.cache.changes.prime(['d'], 4);
    expect(cache.queued).toHaveLength(2);
  });

  test('for which no caller waits any more keeps nothing awake', async () => {
    const cache = new SharingCache();
    void cache.cache.changes.prime(['a'], 1);
    cache.queued[0].abort(new Error('The time is over.'));
    void cache.cache.changes.prime(['b'], 2);
    expect(cache.queued).toHaveLength(2);
  });
});
