import { MINUTE, Scene, SECOND, watch } from './scene.js';
import { type LoadContext, loadContext } from '../../lambda-runtime/engine/load-context.js';

const SWR = { staleWhileRevalidate: { minutes: 10 } };

describe('loadContext()', () => {
  test('sets the ttl of this value, longer or shorter than the cache\'s, and of no other', async () => {
    const scene = new Scene();
    await scene.load('short', 'v', (context) => { context.ttl = { seconds: 1 }; });
    await scene.load('long', 'v', (context) => { context.ttl = { hours: 1 }; });
    await scene.load('usual', 'v');
    scene.now += SECOND;
    expect(['short', 'long', 'usual'].map((key) => scene.cache.peek([key]) !== undefined)).toEqual([false, true, true]);
    scene.now += MINUTE;
    expect(['long', 'usual'].map((key) => scene.cache.peek([key]) !== undefined)).toEqual([true, false]);
  });

  test('sets it even where the load ends in the background', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += MINUTE;
    await scene.get('a');
    await scene.afterResponse();
    scene.lastCall.context.ttl = { hours: 1 };
    await scene.lastCall.resolve('new');
    scene.now += 59 * MINUTE;
    expect(scene.cache.peek(['a'])).toBeDefined();
  });

  test('wins over negativeTtl', async () => {
    const scene = new Scene({ negativeTtl: { seconds: 1 } });
    await scene.load('a', null, (context) => { context.ttl = { seconds: 10 }; });
    scene.now += 9 * SECOND;
    expect(scene.cache.peek(['a'])).toBeDefined();
  });

  test.each<[string, unknown]>([['zero', { seconds: 0 }], ['less than zero', { seconds: 5, minutes: -1 }]])('does not cache a value whose ttl is %s', async (_, ttl) => {
    const scene = new Scene();
    expect(await scene.load('a', 'v', (context) => { context.ttl = ttl as never; })).toBe('v');
    expect(await scene.load('a', 'w')).toBe('w');
    expect(scene.warnings).toEqual([]);
  });

  const unreadable = new Proxy({}, { ownKeys: () => { throw Object.create(null); } });

  test.each<[string, unknown, RegExp]>([
    ['a number', 30, /must be a duration with its unit.*not 30/], ['NaN', { seconds: NaN }, /seconds: NaN/], ['Infinity', { days: Infinity }, /days: Infinity/],
    ['more than can be counted', { days: 1e305 }, /no longer than can be counted/], ['null', null, /not null/], ['a symbol', Symbol('ttl'), /Symbol\(ttl\)/],
    ['nothing at all', {}, /no unit/], ['a date', new Date(), /no unit/], ['something unreadable', unreadable, /no text/], ['an unknown unit', { secs: 1 }, /secs: 1/],
  ])('does not cache a value whose ttl is no duration (%s), and logs that once', async (_, ttl, reason) => {
    const scene = new Scene();
    for (const value of ['v', 'w']) {
      expect(await scene.load('a', value, (context) => { context.ttl = ttl as never; })).toBe(value);
    }
    expect(scene.warnings).toEqual([expect.stringMatching(reason)]);
    expect(scene.warnings[0]).toMatch(/^A value of cache 'product' is not cached: loadContext\(\)\.ttl|no text/);
  });

  test('has the cache\'s ttl where undefined is set, also after another', async () => {
    const scene = new Scene();
    await scene.load('a', 'v', (context) => {
      context.ttl = 30 as never;
      context.ttl = undefined;
    });
    scene.now += MINUTE - 1;
    expect(scene.cache.peek(['a'])).toBeDefined();
    scene.now += 1;
    expect(scene.cache.peek(['a'])).toBeUndefined();
    expect(scene.warnings).toEqual([]);
  });

  test('belongs to the load that is under way, whatever else is', async () => {
    const scene = new Scene();
    const results = [scene.get('a'), scene.get('b')];
    scene.calls[0].context.ttl = { hours: 1 };
    await scene.calls[1].resolve('b');
    await scene.calls[0].resolve('a');
    await Promise.all(results);
    scene.now += MINUTE;
    expect([scene.cache.peek(['a']) !== undefined, scene.cache.peek(['b']) !== undefined]).toEqual([true, false]);
  });

  test('of a load is not that of another cache\'s loader that it calls, cached or not', async () => {
    const scene = new Scene({
      loader: async () => {
        await inner.get([{}]);
        await inner.get([() => {}]); // no key: past the cache
        return loadContext().tags;
      },
    });
    const inner = scene.newCache('inner', {}, () => {
      Object.assign(loadContext(), { tags: ['inner'], ttl: { seconds: 1 } });
    });
    expect(await scene.get('outer')).toEqual([]);
    scene.now += SECOND;
    expect(scene.cache.peek(['outer'])).toBeDefined();
  });

  test('outside a load is one that nobody reads', () => {
    const context = loadContext();
    context.tags = ['t'];
    context.ttl = { seconds: 1 };
    context.doNotCache();
    expect(loadContext()).not.toBe(context);
    expect(loadContext().tags).toEqual([]);
    expect(loadContext().signal.aborted).toBe(false);
    expect(() => context.notModified()).toThrow(/needs a stale value/);
  });
});

describe('doNotCache()', () => {
  test('gives the value to all who wait for it, and stores nothing', async () => {
    const scene = new Scene();
    const results = [scene.get('a'), scene.get('a')];
    scene.lastCall.context.doNotCache();
    await scene.lastCall.resolve('once');
    expect(await Promise.all(results)).toEqual(['once', 'once']);
    expect(scene.calls).toHaveLength(1);
    expect(scene.memory.size).toBe(0);
    void scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('twice');
  });

  test.each([
    ['says so', 'v2', (context: LoadContext) => context.doNotCache()],
    ['is a result that cannot be cached', new URL('https://example.com'), () => {}],
  ])('or whatever else %s also ends the entry that it came to replace: nobody gets an older value afterwards', async (_, value, decide) => {
    const scene = new Scene();
    await scene.load('a', 'v1');
    const refreshed = scene.cache.refresh(['a']);
    decide(scene.lastCall.context);
    await scene.lastCall.resolve(value);
    expect(await refreshed).toBe(value);
    void scene.get('a');
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('v3');
  });
});

describe('a conditional refresh', () => {
  const DOCUMENT = { title: 'old', sections: [{ text: 'long' }] };

  async function refreshing(scene: Scene): Promise<LoadContext> {
    scene.now += MINUTE;
    await scene.get('a');
    await scene.afterResponse();
    return scene.lastCall.context;
  }

  test('has the stale value, its time and its validator at hand', async () => {
    const scene = new Scene(SWR);
    const startedAt = scene.now;
    const value = await scene.load('a', DOCUMENT, (context) => { context.validator = '"v1"'; });
    const { stale } = await refreshing(scene);
    expect(stale).toEqual({ value: DOCUMENT, storedAt: new Date(startedAt), validator: '"v1"' });
    expect(stale!.value).toBe(value);
    await scene.lastCall.resolve('new');
  });

  test('has it in refresh() by hand, and where staleIfError keeps it, too', async () => {
    const scene = new Scene({ staleIfError: { hours: 1 } });
    await scene.load('a', 'old', (context) => { context.validator = 1; });
    void scene.cache.refresh(['a']);
    expect(scene.lastCall.context.stale).toMatchObject({ value: 'old', validator: 1 });
    await scene.lastCall.resolve('newer');
    scene.now += MINUTE;
    void scene.get('a');
    expect(scene.lastCall.context.stale).toMatchObject({ value: 'newer' });
    await scene.lastCall.resolve('newest');
  });

  test('has no stale value where none may be used any more', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old');
    scene.now += 12 * MINUTE;
    void scene.get('a');
    expect(scene.lastCall.context.stale).toBeUndefined();
    await scene.lastCall.resolve('new');
    const none = watch(scene.get('b'));
    const { context } = scene.lastCall;
    expect(() => context.notModified()).toThrow(/check loadContext\(\)\.stale first/);
    await scene.lastCall.resolve('b');
    expect(none.outcome).toEqual({ value: 'b' });
  });

  test('notModified() renews the entry: the very same value, copied by nobody, with its validator and its tags', async () => {
    const scene = new Scene(SWR);
    const value = await scene.load('a', DOCUMENT, (context) => {
      context.validator = '"v1"';
      context.tags = ['t'];
    });
    const context = await refreshing(scene);
    await scene.lastCall.resolve(context.notModified());
    expect(await scene.get('a')).toBe(value);
    expect(scene.counters).toMatchObject({ staleHits: 1, originCalls: 2 });
    const next = await refreshing(scene);
    expect(next.stale!.validator).toBe('"v1"');
    await scene.lastCall.resolve(next.notModified());
    scene.invalidations.invalidateTags(['t']);
    expect(scene.cache.peek(['a'])).toBeUndefined();
  });

  test('notModified() does not renew an entry whose tag was invalidated meanwhile', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', DOCUMENT, (context) => { context.tags = ['t']; });
    const context = await refreshing(scene);
    scene.invalidations.invalidateTags(['t']);
    await scene.lastCall.resolve(context.notModified());
    expect(scene.cache.peek(['a'])).toBeUndefined();
  });

  test('notModified() may set tags, ttl and validator anew', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', DOCUMENT, (context) => { context.tags = ['t']; });
    const context = await refreshing(scene);
    Object.assign(context, { tags: ['u'], validator: 2, ttl: { hours: 1 } });
    await scene.lastCall.resolve(context.notModified());
    scene.invalidations.invalidateTags(['t']);
    scene.now += 59 * MINUTE;
    expect(scene.cache.peek(['a'])).toMatchObject({ validator: 2, tags: ['u'] });
  });

  test('that brings a new value keeps neither tags nor ttl of the old one', async () => {
    const scene = new Scene(SWR);
    await scene.load('a', 'old', (context) => { context.tags = ['t']; });
    const context = await refreshing(scene);
    context.validator = 2;
    await scene.lastCall.resolve('new');
    expect(scene.cache.peek(['a'])).toMatchObject({ validator: 2, tags: [] });
  });
});
