import { Scene, watch } from './scene.js';
import { Invalidations } from '../../lambda-runtime/engine/invalidations.js';
import type { LoadContext } from '../../lambda-runtime/engine/load-context.js';

const tagged = (...tags: string[]) => (context: LoadContext) => { context.tags = tags; };

/** All ways to invalidate the entry of key `a`, which bears the tag `t`. */
const WAYS: [string, (scene: Scene) => void][] = [
  ['invalidate()', (scene) => scene.cache.changes.invalidate(['a'])],
  ['invalidateTags()', (scene) => scene.invalidations.invalidateTags(['t'])],
  ['invalidateAll()', (scene) => scene.cache.changes.invalidateAll()],
];

describe.each(WAYS)('%s', (_, invalidate) => {
  test('makes the next call load', async () => {
    const scene = new Scene();
    await scene.load('a', 'old', tagged('t'));
    invalidate(scene);
    expect(scene.cache.peek(['a'])).toBeUndefined();
    const result = scene.get('a');
    await scene.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(await scene.get('a')).toBe('new');
    expect(scene.calls).toHaveLength(2);
  });

  test('in the same millisecond as the end of a load tells before from after', async () => {
    const scene = new Scene();
    await scene.load('a', 1, tagged('t'));
    invalidate(scene);
    await scene.load('a', 2, tagged('t'));
    expect(await scene.get('a')).toBe(2);
    invalidate(scene);
    expect(scene.cache.peek(['a'])).toBeUndefined();
  });

  test('leaves no stale entry: not for stale-while-revalidate, not for stale-if-error', async () => {
    const scene = new Scene({ staleWhileRevalidate: { hours: 1 }, staleIfError: { hours: 1 } });
    await scene.load('a', 'old', tagged('t'));
    invalidate(scene);
    const result = watch(scene.get('a'));
    expect(scene.lastCall.context.stale).toBeUndefined();
    await scene.lastCall.reject(new Error('down'));
    expect(result.outcome).toEqual({ error: new Error('down') });
  });

  test('keeps a load that began before it from storing, and answers its callers', async () => {
    const scene = new Scene();
    const before = scene.get('a');
    scene.lastCall.context.tags = ['t'];
    invalidate(scene);
    await scene.lastCall.resolve('old');
    expect(await before).toBe('old');
    expect(scene.memory.size).toBe(0);
  });

  test('keeps later callers from joining a load that began before it', async () => {
    const scene = new Scene();
    const before = scene.get('a');
    scene.lastCall.context.tags = ['t'];
    invalidate(scene);
    const after = [scene.get('a'), scene.get('a')];
    expect(scene.calls).toHaveLength(2);
    await scene.calls[1].resolve('new');
    await scene.calls[0].resolve('old');
    expect(await before).toBe('old');
    expect(await Promise.all(after)).toEqual(['new', 'new']);
    expect(await scene.get('a')).toBe('new');
  });

  test('supersedes a refresh in the background: nothing of it is stored, nothing hangs', async () => {
    const scene = new Scene({ ttl: { minutes: 1 }, staleWhileRevalidate: { hours: 1 } });
    await scene.load('a', 'old', tagged('t'));
    scene.now += 60_000;
    await scene.get('a');
    const { finished } = await scene.afterResponse();
    const refresh = scene.lastCall;
    refresh.context.tags = ['t'];
    invalidate(scene);
    const result = scene.get('a');
    expect(scene.calls).toHaveLength(3);
    await refresh.resolve('read before the invalidation');
    await finished;
    expect(scene.cache.peek(['a'])).toBeUndefined();
    await scene.lastCall.resolve('new');
    expect(await result).toBe('new');
    expect(await scene.get('a')).toBe('new');
    // The key is free for the next refresh.
    scene.now += 60_000;
    await scene.get('a');
    expect(scene.background.isEmpty).toBe(false);
    await scene.afterResponse();
    await scene.lastCall.resolve('newer');
  });

  test('keeps an error that is cached on request, and came from a load that began before, from being stored', async () => {
    const scene = new Scene({ negativeTtl: { minutes: 1 }, cacheErrors: () => true });
    const before = watch(scene.get('a'));
    scene.lastCall.context.tags = ['t'];
    invalidate(scene);
    await scene.lastCall.reject(new Error('old'));
    expect(before.outcome).toEqual({ error: new Error('old') });
    const after = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    expect(await after).toBe('new');
  });
});

describe('tags', () => {
  test('invalidate the entries that bear one of them, in whatever cache, and no other', async () => {
    const scene = new Scene();
    const other = scene.newCache('other');
    await scene.load('a', 1, tagged('red', 'round'));
    await scene.load('b', 2, tagged('green'));
    await scene.load('c', 3);
    const elsewhere = other.get(['a']);
    scene.lastCall.context.tags = ['red'];
    await scene.lastCall.resolve(4);
    await elsewhere;
    scene.invalidations.invalidateTags(['round', 'red']);
    expect(['a', 'b', 'c'].map((key) => scene.cache.peek([key])?.content.stored.value)).toEqual([undefined, 2, 3]);
    expect(other.peek(['a'])).toBeUndefined();
  });

  test('that were invalidated once do not harm what is loaded afterwards', async () => {
    const scene = new Scene();
    scene.invalidations.invalidateTags(['t']);
    await scene.load('a', 1, tagged('t'));
    scene.invalidations.invalidateTags(['u']);
    expect(await scene.get('a')).toBe(1);
    expect(scene.calls).toHaveLength(1);
  });

  test('of more than ten thousand kinds: more is forgotten than was asked for, never less', async () => {
    const scene = new Scene();
    await scene.load('old', 1, tagged('first'));
    scene.invalidations.invalidateTags(['first']);
    for (let i = 0; i < 12_000; i++) {
      scene.invalidations.invalidateTags([`tag ${i}`]);
    }
    expect(scene.cache.peek(['old'])).toBeUndefined();
    await scene.load('new', 2, tagged('first', 'tag 1'));
    expect(await scene.get('new')).toBe(2);
    scene.invalidations.invalidateTags(['tag 1']);
    expect(scene.cache.peek(['new'])).toBeUndefined();
  });

  test('are remembered in bounded number, however many come in one call', () => {
    const invalidations = new Invalidations();
    const before = { sequence: invalidations.latest, tags: ['whatever'] };
    invalidations.invalidateTags(Array.from({ length: 50_000 }, (_, i) => `tag ${i}`));
    const after = { sequence: invalidations.latest, tags: ['tag 7'] };
    expect([before, after].map((each) => invalidations.hasInvalidated(each))).toEqual([true, false]);
    expect((invalidations as unknown as { byTag: Map<string, number> }).byTag.size).toBeLessThanOrEqual(10_000);
  });
});

describe('the cost of an invalidation', () => {
  test('is that of one entry: it looks at none of the others', async () => {
    const scene = new Scene();
    for (let i = 0; i < 5_000; i++) {
      await scene.cache.changes.prime([`${i}`], i);
    }
    const remove = jest.spyOn(scene.memory, 'remove');
    const touch = jest.spyOn(scene.memory, 'touch');
    await scene.cache.changes.invalidateAll();
    scene.invalidations.invalidateTags(['t']);
    expect(remove).not.toHaveBeenCalled();
    expect(touch).not.toHaveBeenCalled();
    expect(scene.memory.size).toBe(5_000);
    expect(scene.cache.peek(['7'])).toBeUndefined();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test('does not reach another cache', async () => {
    const scene = new Scene();
    const other = scene.newCache('other');
    await other.changes.prime(['a'], 1);
    await scene.cache.changes.invalidateAll();
    expect(other.peek(['a'])).toBeDefined();
    expect(await other.get(['a'])).toBe(1);
  });
});
