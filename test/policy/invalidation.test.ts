import { Invalidations } from '../../lambda-runtime/engine/invalidations.js';
import type { LoadContext } from '../../lambda-runtime/engine/load-context.js';
import { CacheFixture, watch } from '../equipment/cache-fixture';

const tagged = (...tags: string[]) => (context: LoadContext) => { context.tags = tags; };

/** All ways to invalidate the entry of key `a`, which has the tag `t`. */
const WAYS: [string, (fixture: CacheFixture) => void][] = [
  ['invalidate()', (fixture) => fixture.cache.changes.invalidate(['a'])],
  ['invalidateTags()', (fixture) => fixture.invalidations.invalidateTags(['t'])],
  ['invalidateAll()', (fixture) => fixture.cache.changes.invalidateAll()],
];

describe.each(WAYS)('%s', (_, invalidate) => {
  test('makes the next call load', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', 'old', tagged('t'));
    invalidate(fixture);
    expect(fixture.cache.peek(['a'])).toBeUndefined();
    const result = fixture.get('a');
    await fixture.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(await fixture.get('a')).toBe('new');
    expect(fixture.calls).toHaveLength(2);
  });

  test('in the same millisecond as the end of a load is ordered correctly', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', 1, tagged('t'));
    invalidate(fixture);
    await fixture.load('a', 2, tagged('t'));
    expect(await fixture.get('a')).toBe(2);
    invalidate(fixture);
    expect(fixture.cache.peek(['a'])).toBeUndefined();
  });

  test('leaves no stale entry: neither for staleWhileRevalidate nor for staleIfError', async () => {
    const fixture = new CacheFixture({ staleWhileRevalidate: { hours: 1 }, staleIfError: { hours: 1 } });
    await fixture.load('a', 'old', tagged('t'));
    invalidate(fixture);
    const result = watch(fixture.get('a'));
    expect(fixture.lastCall.context.stale).toBeUndefined();
    await fixture.lastCall.reject(new Error('down'));
    expect(result.outcome).toEqual({ error: new Error('down') });
  });

  test('keeps a load that began before it from storing, and the load answers its callers', async () => {
    const fixture = new CacheFixture();
    const before = fixture.get('a');
    fixture.lastCall.context.tags = ['t'];
    invalidate(fixture);
    await fixture.lastCall.resolve('old');
    expect(await before).toBe('old');
    expect(fixture.memory.size).toBe(0);
  });

  test('keeps later callers from joining a load that began before it', async () => {
    const fixture = new CacheFixture();
    const before = fixture.get('a');
    fixture.lastCall.context.tags = ['t'];
    invalidate(fixture);
    const after = [fixture.get('a'), fixture.get('a')];
    expect(fixture.calls).toHaveLength(2);
    await fixture.calls[1].resolve('new');
    await fixture.calls[0].resolve('old');
    expect(await before).toBe('old');
    expect(await Promise.all(after)).toEqual(['new', 'new']);
    expect(await fixture.get('a')).toBe('new');
  });

  test('supersedes a background refresh: it stores nothing, and no call hangs', async () => {
    const fixture = new CacheFixture({ ttl: { minutes: 1 }, staleWhileRevalidate: { hours: 1 } });
    await fixture.load('a', 'old', tagged('t'));
    fixture.now += 60_000;
    await fixture.get('a');
    const { finished } = await fixture.afterResponse();
    const refresh = fixture.lastCall;
    refresh.context.tags = ['t'];
    invalidate(fixture);
    const result = fixture.get('a');
    expect(fixture.calls).toHaveLength(3);
    await refresh.resolve('read before the invalidation');
    await finished;
    expect(fixture.cache.peek(['a'])).toBeUndefined();
    await fixture.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(await fixture.get('a')).toBe('new');
    // The key is free for the next refresh.
    fixture.now += 60_000;
    await fixture.get('a');
    expect(fixture.background.isEmpty).toBe(false);
    await fixture.afterResponse();
    await fixture.lastCall.resolve('newer');
  });

  test('keeps a cacheable error from being stored if its load began before', async () => {
    const fixture = new CacheFixture({ negativeTtl: { minutes: 1 }, cacheErrors: () => true });
    const before = watch(fixture.get('a'));
    fixture.lastCall.context.tags = ['t'];
    invalidate(fixture);
    await fixture.lastCall.reject(new Error('old'));
    expect(before.outcome).toEqual({ error: new Error('old') });
    const after = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    expect(await after).toBe('new');
  });
});

describe('tags', () => {
  test('invalidate the entries that have one of them, in any cache, and no other', async () => {
    const fixture = new CacheFixture();
    const other = fixture.newCache('other');
    await fixture.load('a', 1, tagged('red', 'round'));
    await fixture.load('b', 2, tagged('green'));
    await fixture.load('c', 3);
    const elsewhere = other.get(['a']);
    fixture.lastCall.context.tags = ['red'];
    await fixture.lastCall.resolve(4);
    await elsewhere;
    fixture.invalidations.invalidateTags(['round', 'red']);
    expect(['a', 'b', 'c'].map((key) => fixture.cache.peek([key])?.content.stored.value)).toEqual([undefined, 2, 3]);
    expect(other.peek(['a'])).toBeUndefined();
  });

  test('do not affect what is loaded after their invalidation', async () => {
    const fixture = new CacheFixture();
    fixture.invalidations.invalidateTags(['t']);
    await fixture.load('a', 1, tagged('t'));
    fixture.invalidations.invalidateTags(['u']);
    expect(await fixture.get('a')).toBe(1);
    expect(fixture.calls).toHaveLength(1);
  });

  test('beyond ten thousand kinds invalidate more than requested, never less', async () => {
    const fixture = new CacheFixture();
    await fixture.load('old', 1, tagged('first'));
    fixture.invalidations.invalidateTags(['first']);
    for (let i = 0; i < 12_000; i++) {
      fixture.invalidations.invalidateTags([`tag ${i}`]);
    }
    expect(fixture.cache.peek(['old'])).toBeUndefined();
    await fixture.load('new', 2, tagged('first', 'tag 1'));
    expect(await fixture.get('new')).toBe(2);
    fixture.invalidations.invalidateTags(['tag 1']);
    expect(fixture.cache.peek(['new'])).toBeUndefined();
  });

  test('are remembered in bounded number, however many one call has', () => {
    const invalidations = new Invalidations();
    const before = { sequence: invalidations.latest, tags: ['whatever'] };
    invalidations.invalidateTags(Array.from({ length: 50_000 }, (_, i) => `tag ${i}`));
    const after = { sequence: invalidations.latest, tags: ['tag 7'] };
    expect([before, after].map((each) => invalidations.hasInvalidated(each))).toEqual([true, false]);
    expect((invalidations as unknown as { byTag: Map<string, number> }).byTag.size).toBeLessThanOrEqual(10_000);
  });
});

describe('the cost of an invalidation', () => {
  test('is that of one entry: no other entry is read', async () => {
    const fixture = new CacheFixture();
    for (let i = 0; i < 5_000; i++) {
      await fixture.cache.changes.prime([`${i}`], i);
    }
    const remove = jest.spyOn(fixture.memory, 'remove');
    const touch = jest.spyOn(fixture.memory, 'touch');
    await fixture.cache.changes.invalidateAll();
    fixture.invalidations.invalidateTags(['t']);
    expect(remove).not.toHaveBeenCalled();
    expect(touch).not.toHaveBeenCalled();
    expect(fixture.memory.size).toBe(5_000);
    expect(fixture.cache.peek(['7'])).toBeUndefined();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test('does not reach another cache', async () => {
    const fixture = new CacheFixture();
    const other = fixture.newCache('other');
    await other.changes.prime(['a'], 1);
    await fixture.cache.changes.invalidateAll();
    expect(other.peek(['a'])).toBeDefined();
    expect(await other.get(['a'])).toBe(1);
  });
});
