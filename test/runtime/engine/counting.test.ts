import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Counters } from '../../../lambda-runtime/engine/counters.js';
import type { Entry } from '../../../lambda-runtime/engine/entry.js';
import { Invalidations } from '../../../lambda-runtime/engine/invalidations.js';
import { Outcomes } from '../../../lambda-runtime/engine/outcomes.js';
import { hasBackgroundWork } from '../../../lambda-runtime/engine/policy.js';

describe('counters', () => {
  test('counters of several invocations add up, including the durations of the first thousand calls', () => {
    const all = [new Counters(), new Counters()];
    all[0].hits = 2;
    all[1].hits = 3;
    all[1].sharedErrors = 1;
    for (let i = 0; i < 999; i++) {
      all[0].addOriginDuration(i);
    }
    all[1].addOriginDuration(-1);
    all[1].addOriginDuration(-2);
    all[0].addSharedLatency(7);
    all[1].addSharedLatency(8);
    const sum = Counters.sum(all);
    expect(sum).toMatchObject({ hits: 5, sharedErrors: 1, misses: 0, sharedLatencies: [7, 8] });
    expect(sum.originDurations).toHaveLength(1_000);
    expect(sum.originDurations.at(-1)).toBe(-1);
    expect(all[0].originDurations).toHaveLength(999);
  });
});

describe('a call\'s outcome', () => {
  const found = { found: {} as Entry };

  test.each([
    ['a hit from the shared tier', found, false, true, { sharedHits: 1, sharedMisses: 0, coalescedHits: 0 }, []],
    ['an entry of the shared tier that is too old to use', found, false, false, { sharedHits: 0, sharedMisses: 1, coalescedHits: 0 }, []],
    ['a hit that the shared tier did not have', {}, false, true, { sharedHits: 0, sharedMisses: 1, coalescedHits: 0 }, []],
    ['a hit that waited for another call\'s lookup', found, true, true, { sharedHits: 0, sharedMisses: 0, coalescedHits: 1 }, ['a']],
    ['a miss that waited for another call\'s lookup', {}, true, false, { sharedHits: 0, sharedMisses: 0, coalescedHits: 0 }, []],
    ['a call that sent no request', undefined, false, true, { sharedHits: 0, sharedMisses: 0, coalescedHits: 0 }, []],
  ])('%s is counted as such', (_, look, joins, isHit, counted, joined) => {
    const counters = new Counters();
    const keys: unknown[] = [];
    const listen = (event: unknown) => keys.push((event as { readonly key: unknown }).key);
    subscribe('cdk-cached-function:coalesced', listen);
    new Outcomes('product', { counters: () => counters }).recordLookup('a', look, joins, isHit);
    unsubscribe('cdk-cached-function:coalesced', listen);
    expect(counters).toMatchObject(counted);
    expect(keys).toEqual(joined);
  });
});

test.each([
  [{}, false],
  [{ staleWhileRevalidateMs: 0, staleIfErrorMs: 0, earlyRefresh: 1 }, false],
  [{ staleWhileRevalidateMs: 1 }, true],
  [{ staleIfErrorMs: 1 }, true],
  [{ earlyRefresh: 0.9 }, true],
])('a cache with %p works after the response: %p', (policy, works) => {
  expect(hasBackgroundWork(policy)).toBe(works);
});

describe('invalidations', () => {
  const tagged = (sequence: number, ...tags: string[]) => ({ sequence, tags });

  test('affect what began before them and has the tag', () => {
    const invalidations = new Invalidations();
    const before = invalidations.latest;
    invalidations.invalidateTags(['red', 'blue']);
    const after = invalidations.latest;
    expect([tagged(before, 'red'), tagged(before, 'green', 'blue'), tagged(before, 'green'), tagged(before), tagged(after, 'red')].map((each) => invalidations.hasInvalidated(each)))
      .toEqual([true, true, false, false, false]);
  });

  test('of no tags are none', () => {
    const invalidations = new Invalidations();
    invalidations.invalidateTags([]);
    expect(invalidations.latest).toBe(0);
  });

  test('of more tags than are remembered affect everything', () => {
    const invalidations = new Invalidations();
    invalidations.invalidateTags(Array.from({ length: 9_999 }, (_, index) => `tag ${index}`));
    const before = invalidations.latest;
    invalidations.invalidateTags(['the last that is remembered']);
    expect(invalidations.hasInvalidated(tagged(before, 'another'))).toBe(false);
    invalidations.invalidateTags(['one more']);
    expect(invalidations.hasInvalidated(tagged(before + 1))).toBe(true);
    expect(invalidations.hasInvalidated(tagged(invalidations.latest, 'tag 1'))).toBe(false);
  });

  test('affect everything, once, after a clock has jumped back', () => {
    const invalidations = new Invalidations();
    expect(invalidations.observe(1_000)).toBe(1_000);
    invalidations.observe(1_000);
    expect(invalidations.hasInvalidated(tagged(0))).toBe(false);
    expect(invalidations.observe(999)).toBe(999);
    expect(invalidations.hasInvalidated(tagged(0))).toBe(true);
    const { latest } = invalidations;
    invalidations.observe(999);
    invalidations.observe(1_000);
    expect(invalidations.latest).toBe(latest);
  });
});
