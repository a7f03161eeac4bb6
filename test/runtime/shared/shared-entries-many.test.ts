import { NO_ANSWER, NOTHING_STORED, OTHER_VERSION, SharingCache, VERSION } from './held-tier';
import type { Unanswered } from '../../../lambda-runtime/engine/many-lookups.js';
import type { SharedLookup } from '../../../lambda-runtime/engine/shared.js';
import { settled, TTL, watch } from '../../equipment/cache-fixture';

/** A lookup of many ids, and its results so far. */
function readMany(cache: SharingCache, ...ids: readonly (string | number)[]) {
  const values: unknown[] = [];
  const unanswered = cache.cache.getShared(ids, ids.map((_, place) => place), values);
  return { values, unanswered, places: async () => (await unanswered).map(({ place }) => place) };
}

async function answer(cache: SharingCache, ...lookups: readonly SharedLookup[]): Promise<void> {
  lookups.forEach((lookup, index) => cache.tier.reads.at(index - lookups.length)!.resolve(lookup));
  await settled();
}

function get(cache: SharingCache, id: string, { tierAnswer }: Unanswered): Promise<unknown> {
  return cache.cache.getAfter(tierAnswer!, [id], () => cache.cache.measured(() => `loaded ${id}`));
}

describe('a lookup of many ids', () => {
  test('returns what the tier has, at its index, and counts a hit for each', async () => {
    const cache = new SharingCache();
    const { values, places } = readMany(cache, 'a', 'b', 7);
    await answer(cache, cache.entry('of a'), NOTHING_STORED, cache.entry('of 7'));
    expect(await places()).toEqual([1]);
    expect(values).toEqual(['of a', undefined, 'of 7']);
    expect(cache.counters).toMatchObject({ hits: 2, sharedHits: 2, misses: 0, sharedMisses: 0 });
    // It is in memory now.
    expect(await cache.get('a')).toBe('of a');
    expect(cache.tier.reads).toHaveLength(3);
  });

  test('leaves the rest to calls that need not read the tier again', async () => {
    const cache = new SharingCache({ staleWhileRevalidate: { minutes: 1 } });
    const stale: SharedLookup = { ...cache.entry('stale'), entry: { ...cache.entry('stale', cache.now - TTL).entry!, staleWhileRevalidateMs: TTL } };
    const { values, unanswered } = readMany(cache, 'absent', 'stale', 'no answer');
    await answer(cache, NOTHING_STORED, stale, NO_ANSWER);
    const [absent, old, unknown] = await unanswered;
    expect(values).toEqual([]);
    expect(await get(cache, 'absent', absent)).toBe('loaded absent');
    expect(await get(cache, 'stale', old)).toBe('stale');
    expect(await get(cache, 'no answer', unknown)).toBe('loaded no answer');
    expect(cache.counters).toMatchObject({ hits: 1, staleHits: 1, sharedHits: 1, misses: 2, sharedMisses: 2 });
    expect(cache.tier.reads).toHaveLength(3);
    // What may replace something unknown is not stored.
    expect(cache.tier.writes.map(({ entry: { value } }) => value)).toEqual(['loaded absent']);
  });

  test('requests nothing that is in memory, under way or requested already', async () => {
    const cache = new SharingCache();
    await cache.loadShared('fresh', 1);
    const load = watch(cache.get('loading'));
    await cache.answer(NOTHING_STORED);
    const other = watch(cache.get('looked up'));
    const before = cache.tier.reads.length;
    const { values, unanswered } = readMany(cache, 'twice', 'fresh', 'loading', 'looked up', 'twice');
    expect(cache.tier.reads).toHaveLength(before + 1);
    await cache.answer(cache.entry('found'));
    expect((await unanswered).map(({ place, tierAnswer }) => [place, tierAnswer?.key])).toEqual([1, 2, 3, 4].map((place) => [place, undefined]));
    expect(values).toEqual(['found']);
    expect([load.outcome, other.outcome]).toEqual(['pending', 'pending']);
  });

  test('confirms entries in memory after memoryTtl', async () => {
    const cache = new SharingCache({ memoryTtl: { milliseconds: 100 } });
    await cache.loadShared('a', 1);
    await cache.loadShared('b', 2);
    cache.now += 100;
    const { values, places } = readMany(cache, 'a', 'b');
    await answer(cache, { isLocalCopyValid: true, version: VERSION }, { isLocalCopyValid: false, version: OTHER_VERSION });
    expect(await places()).toEqual([1]);
    expect(values).toEqual([1]);
    cache.now += 99;
    expect(await cache.get('a')).toBe(1);
    expect(cache.peeked('b')).toBeUndefined();
  });

  test('is joined by calls for one of its ids', async () => {
    const cache = new SharingCache();
    const { values, places } = readMany(cache, 'a', 'b');
    const one = cache.get('b');
    expect(cache.tier.reads).toHaveLength(2);
    await answer(cache, cache.entry('of a'), cache.entry('of b'));
    expect(await one).toBe('of b');
    expect(await places()).toEqual([]);
    expect(values).toEqual(['of a', 'of b']);
    expect(cache.counters).toMatchObject({ sharedHits: 2, coalescedHits: 1, hits: 3 });
  });

  test('returns nothing that is invalidated meanwhile', async () => {
    const cache = new SharingCache();
    const { values, unanswered } = readMany(cache, 'a', 'b');
    await cache.cache.changes.invalidate(['a']);
    await answer(cache, cache.entry('old'), cache.entry('of b'));
    const [only] = await unanswered;
    expect(only.place).toBe(0);
    expect(values).toEqual([undefined, 'of b']);
    expect(cache.peeked('a')).toBeUndefined();
    expect(await get(cache, 'a', only)).toBe('loaded a');
    // It is unknown what it would replace in the tier.
    expect(cache.tier.writes).toEqual([]);
  });

  test('is over once answered: the next one sends a request again', async () => {
    const cache = new SharingCache();
    const first = readMany(cache, 'a', 'b');
    await answer(cache, NOTHING_STORED, NOTHING_STORED);
    await first.unanswered;
    const second = readMany(cache, 'a', 'b');
    expect(cache.tier.reads).toHaveLength(4);
    await answer(cache, cache.entry('of a'), NOTHING_STORED);
    expect(await second.places()).toEqual([1]);
  });

  test('is over when it fails, too', async () => {
    const cache = new SharingCache();
    cache.tier.readMany = () => Promise.reject(new Error('a fault of ours'));
    await expect(readMany(cache, 'a').unanswered).rejects.toThrow('a fault of ours');
    const call = cache.get('a');
    expect(cache.tier.reads).toHaveLength(1);
    await cache.answer(cache.entry('found'));
    expect(await call).toBe('found');
  });

  test('of more than a thousand is made in chunks, and leaves the rest in order', async () => {
    const cache = new SharingCache();
    await cache.loadShared('999', 'known');
    const before = cache.tier.reads.length;
    const ids = Array.from({ length: 1_002 }, (_, id) => String(id));
    const { values, places } = readMany(cache, ...ids);
    expect(cache.tier.reads).toHaveLength(before + 999);
    await answer(cache, ...Array.from({ length: 999 }, (_, index) => index === 0 ? NOTHING_STORED : cache.entry('found')));
    expect(cache.tier.reads).toHaveLength(before + 1_001);
    await answer(cache, NOTHING_STORED, cache.entry('last'));
    expect(await places()).toEqual([0, 999, 1_000]);
    expect([values[1], values[998], values[1_001]]).toEqual(['found', 'found', 'last']);
  });
});
