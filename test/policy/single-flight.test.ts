import { CacheFixture, settled, watch } from '../equipment/cache-fixture';

/** Loads of one key, with invalidations in between. */

test('of two hundred callers with unrelated invalidations in between is one load', async () => {
  const fixture = new CacheFixture();
  const calls = Array.from({ length: 200 }, (_, i) => {
    const call = fixture.get('a');
    fixture.invalidations.invalidateTags([`unrelated ${i}`]);
    return call;
  });
  fixture.lastCall.context.tags = ['t'];
  await fixture.lastCall.resolve('v');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['v']));
  expect(fixture.calls).toHaveLength(1);
  // And its result is stored.
  expect(await fixture.get('a')).toBe('v');
  expect(fixture.counters).toMatchObject({ misses: 1, coalescedHits: 199 });
});

test('callers after an invalidation of tags that the loader sets only at its end load again, once and together', async () => {
  const fixture = new CacheFixture();
  const before = [fixture.get('a'), fixture.get('a')];
  fixture.invalidations.invalidateTags(['t']);
  const after = [fixture.get('a'), fixture.get('a'), fixture.get('a')];
  expect(fixture.calls).toHaveLength(1);
  fixture.calls[0].context.tags = ['t'];
  await fixture.calls[0].resolve('old');
  expect(await Promise.all(before)).toEqual(['old', 'old']);
  expect(fixture.calls).toHaveLength(2);
  // One more, while the second load is under way: it came after all calls that wait for that load.
  fixture.invalidations.invalidateTags(['t']);
  fixture.calls[1].context.tags = ['t'];
  await fixture.calls[1].resolve('new');
  expect(await Promise.all(after)).toEqual(['new', 'new', 'new']);
  expect(fixture.calls).toHaveLength(2);
  // Each call is counted once.
  expect(fixture.counters).toMatchObject({ hits: 3, coalescedHits: 3, misses: 2 });
});

test('makes at most one more load than relevant invalidations, and no caller gets an earlier value', async () => {
  const fixture = new CacheFixture();
  const callers: { readonly call: Promise<unknown>; readonly after: number }[] = [];
  let invalidations = 0;
  let ended = 0;
  const end = async () => {
    for (; ended < fixture.calls.length; ended++) {
      fixture.calls[ended].context.tags = ['t'];
      await fixture.calls[ended].resolve(began[ended]);
    }
  };
  const began: number[] = [];
  for (let i = 0; i < 200; i++) {
    callers.push({ call: fixture.get('a'), after: invalidations });
    while (began.length < fixture.calls.length) {
      began.push(invalidations);
    }
    if (i % 7 === 6) {
      fixture.invalidations.invalidateTags(['t']);
      invalidations++;
    }
    if (i % 20 === 19) {
      await end();
      while (began.length < fixture.calls.length) {
        began.push(invalidations);
      }
    }
  }
  do {
    await end();
    while (began.length < fixture.calls.length) {
      began.push(invalidations);
    }
  } while (ended < fixture.calls.length);
  const values = await Promise.all(callers.map(({ call }) => call)) as number[];
  expect(values.filter((value, i) => value < callers[i].after)).toEqual([]);
  expect(fixture.calls.length).toBeLessThanOrEqual(invalidations + 1);
});

test('whose error is older than a relevant invalidation is repeated for later callers', async () => {
  const fixture = new CacheFixture();
  const before = watch(fixture.get('a'));
  fixture.invalidations.invalidateTags(['t']);
  const after = fixture.get('a');
  fixture.lastCall.context.tags = ['t'];
  await fixture.lastCall.reject(new Error('not found'));
  expect(before.outcome).toEqual({ error: new Error('not found') });
  expect(fixture.calls).toHaveLength(2);
  await fixture.lastCall.resolve('created meanwhile');
  expect(await after).toBe('created meanwhile');
});

test('an uncacheable result is returned to one refresh only', async () => {
  const fixture = new CacheFixture();
  const refreshes = [fixture.cache.refresh(['a']), fixture.cache.refresh(['a'])];
  await fixture.calls[0].resolve(() => 'first');
  await settled();
  await fixture.lastCall.resolve(() => 'second');
  const [first, second] = await Promise.all(refreshes);
  expect(first).not.toBe(second);
});
