import { Scene, settled, watch } from './scene.js';

/** Loads of one key, with invalidations in between. */

test('of two hundred callers with unrelated invalidations in between is one load', async () => {
  const scene = new Scene();
  const calls = Array.from({ length: 200 }, (_, i) => {
    const call = scene.get('a');
    scene.invalidations.invalidateTags([`unrelated ${i}`]);
    return call;
  });
  scene.lastCall.context.tags = ['t'];
  await scene.lastCall.resolve('v');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['v']));
  expect(scene.calls).toHaveLength(1);
  // And what it brought is stored.
  expect(await scene.get('a')).toBe('v');
  expect(scene.counters).toMatchObject({ misses: 1, joinedHits: 199 });
});

test('callers that came after an invalidation of tags that the loader sets at its end load again, once and together', async () => {
  const scene = new Scene();
  const before = [scene.get('a'), scene.get('a')];
  scene.invalidations.invalidateTags(['t']);
  const after = [scene.get('a'), scene.get('a'), scene.get('a')];
  expect(scene.calls).toHaveLength(1);
  scene.calls[0].context.tags = ['t'];
  await scene.calls[0].resolve('old');
  expect(await Promise.all(before)).toEqual(['old', 'old']);
  expect(scene.calls).toHaveLength(2);
  // One more, while the second load is under way: it came after the call of everybody who waits for that.
  scene.invalidations.invalidateTags(['t']);
  scene.calls[1].context.tags = ['t'];
  await scene.calls[1].resolve('new');
  expect(await Promise.all(after)).toEqual(['new', 'new', 'new']);
  expect(scene.calls).toHaveLength(2);
  // Each call is counted once.
  expect(scene.counters).toMatchObject({ hits: 3, joinedHits: 3, misses: 2 });
});

test('makes at most one load more than invalidations that concern the key, and nobody gets what came before', async () => {
  const scene = new Scene();
  const callers: { readonly call: Promise<unknown>; readonly after: number }[] = [];
  let invalidations = 0;
  let ended = 0;
  const end = async () => {
    for (; ended < scene.calls.length; ended++) {
      scene.calls[ended].context.tags = ['t'];
      await scene.calls[ended].resolve(began[ended]);
    }
  };
  const began: number[] = [];
  for (let i = 0; i < 200; i++) {
    callers.push({ call: scene.get('a'), after: invalidations });
    while (began.length < scene.calls.length) {
      began.push(invalidations);
    }
    if (i % 7 === 6) {
      scene.invalidations.invalidateTags(['t']);
      invalidations++;
    }
    if (i % 20 === 19) {
      await end();
      while (began.length < scene.calls.length) {
        began.push(invalidations);
      }
    }
  }
  do {
    await end();
    while (began.length < scene.calls.length) {
      began.push(invalidations);
    }
  } while (ended < scene.calls.length);
  const values = await Promise.all(callers.map(({ call }) => call)) as number[];
  expect(values.filter((value, i) => value < callers[i].after)).toEqual([]);
  expect(scene.calls.length).toBeLessThanOrEqual(invalidations + 1);
});

test('whose error came from before an invalidation that concerns it is loaded again for those who came after', async () => {
  const scene = new Scene();
  const before = watch(scene.get('a'));
  scene.invalidations.invalidateTags(['t']);
  const after = scene.get('a');
  scene.lastCall.context.tags = ['t'];
  await scene.lastCall.reject(new Error('not found'));
  expect(before.outcome).toEqual({ error: new Error('not found') });
  expect(scene.calls).toHaveLength(2);
  await scene.lastCall.resolve('created meanwhile');
  expect(await after).toBe('created meanwhile');
});

test('an uncacheable result is returned to one refresh only', async () => {
  const scene = new Scene();
  const refreshes = [scene.cache.refresh(['a']), scene.cache.refresh(['a'])];
  await scene.calls[0].resolve(() => 'first');
  await settled();
  await scene.lastCall.resolve(() => 'second');
  const [first, second] = await Promise.all(refreshes);
  expect(first).not.toBe(second);
});
