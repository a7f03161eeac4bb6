import { type LoadContext, loadContext } from '../../lambda-runtime/engine/load-context.js';
import { MINUTE, CacheFixture, SECOND, watch } from '../equipment/cache-fixture';

const SWR = { staleWhileRevalidate: { minutes: 10 } };

describe('loadContext()', () => {
  test('sets the ttl of this value, longer or shorter than the cache\'s, and of no other', async () => {
    const fixture = new CacheFixture();
    await fixture.load('short', 'v', (context) => { context.ttl = { seconds: 1 }; });
    await fixture.load('long', 'v', (context) => { context.ttl = { hours: 1 }; });
    await fixture.load('usual', 'v');
    fixture.now += SECOND;
    expect(['short', 'long', 'usual'].map((key) => fixture.cache.peek([key]) !== undefined)).toEqual([false, true, true]);
    fixture.now += MINUTE;
    expect(['long', 'usual'].map((key) => fixture.cache.peek([key]) !== undefined)).toEqual([true, false]);
  });

  test('sets it even if the load ends in the background', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    await fixture.get('a');
    await fixture.afterResponse();
    fixture.lastCall.context.ttl = { hours: 1 };
    await fixture.lastCall.resolve('new');
    fixture.now += 59 * MINUTE;
    expect(fixture.cache.peek(['a'])).toBeDefined();
  });

  test('takes precedence over negativeTtl', async () => {
    const fixture = new CacheFixture({ negativeTtl: { seconds: 1 } });
    await fixture.load('a', null, (context) => { context.ttl = { seconds: 10 }; });
    fixture.now += 9 * SECOND;
    expect(fixture.cache.peek(['a'])).toBeDefined();
  });

  test.each<[string, unknown]>([['zero', { seconds: 0 }], ['less than zero', { seconds: 5, minutes: -1 }]])('does not cache a value whose ttl is %s', async (_, ttl) => {
    const fixture = new CacheFixture();
    expect(await fixture.load('a', 'v', (context) => { context.ttl = ttl as never; })).toBe('v');
    expect(await fixture.load('a', 'w')).toBe('w');
    expect(fixture.warnings).toEqual([]);
  });

  const unreadable = new Proxy({}, { ownKeys: () => { throw Object.create(null); } });

  test.each<[string, unknown, RegExp]>([
    ['a number', 30, /must be a duration with its unit.*not 30/], ['NaN', { seconds: NaN }, /seconds: NaN/], ['Infinity', { days: Infinity }, /days: Infinity/],
    ['more than can be counted', { days: 1e305 }, /must be finite/], ['null', null, /not null/], ['a symbol', Symbol('ttl'), /Symbol\(ttl\)/],
    ['nothing at all', {}, /no unit/], ['a date', new Date(), /no unit/], ['something unreadable', unreadable, /cannot be converted to a string/], ['an unknown unit', { secs: 1 }, /secs: 1/],
  ])('does not cache a value whose ttl is not a duration (%s), and logs that once', async (_, ttl, reason) => {
    const fixture = new CacheFixture();
    for (const value of ['v', 'w']) {
      expect(await fixture.load('a', value, (context) => { context.ttl = ttl as never; })).toBe(value);
    }
    expect(fixture.warnings).toEqual([expect.stringMatching(reason)]);
    expect(fixture.warnings[0]).toMatch(/^A value of cache 'product' is not cached: loadContext\(\)\.ttl|a value that cannot be converted/);
  });

  test('is the cache\'s if undefined is set, also after another', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', 'v', (context) => {
      context.ttl = 30 as never;
      context.ttl = undefined;
    });
    fixture.now += MINUTE - 1;
    expect(fixture.cache.peek(['a'])).toBeDefined();
    fixture.now += 1;
    expect(fixture.cache.peek(['a'])).toBeUndefined();
    expect(fixture.warnings).toEqual([]);
  });

  test('belongs to its own load, whatever else runs', async () => {
    const fixture = new CacheFixture();
    const results = [fixture.get('a'), fixture.get('b')];
    fixture.calls[0].context.ttl = { hours: 1 };
    await fixture.calls[1].resolve('b');
    await fixture.calls[0].resolve('a');
    await Promise.all(results);
    fixture.now += MINUTE;
    expect([fixture.cache.peek(['a']) !== undefined, fixture.cache.peek(['b']) !== undefined]).toEqual([true, false]);
  });

  test('of a load is not that of another cache\'s loader that it calls, cached or not', async () => {
    const fixture = new CacheFixture({
      loader: async () => {
        await inner.get([{}]);
        await inner.get([() => {}]); // no key: past the cache
        return loadContext().tags;
      },
    });
    const inner = fixture.newCache('inner', {}, () => {
      Object.assign(loadContext(), { tags: ['inner'], ttl: { seconds: 1 } });
    });
    expect(await fixture.get('outer')).toEqual([]);
    fixture.now += SECOND;
    expect(fixture.cache.peek(['outer'])).toBeDefined();
  });

  test('outside a load has no effect', () => {
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
  test('returns the value to all waiting callers, and stores nothing', async () => {
    const fixture = new CacheFixture();
    const results = [fixture.get('a'), fixture.get('a')];
    fixture.lastCall.context.doNotCache();
    await fixture.lastCall.resolve('once');
    expect(await Promise.all(results)).toEqual(['once', 'once']);
    expect(fixture.calls).toHaveLength(1);
    expect(fixture.memory.size).toBe(0);
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('twice');
  });

  test.each([
    ['says so', 'v2', (context: LoadContext) => context.doNotCache()],
    ['is a result that cannot be cached', new URL('https://example.com'), () => {}],
  ])('or any other reason why %s also removes the entry that it was to replace: no caller gets an older value afterwards', async (_, value, decide) => {
    const fixture = new CacheFixture();
    await fixture.load('a', 'v1');
    const refreshed = fixture.cache.refresh(['a']);
    decide(fixture.lastCall.context);
    await fixture.lastCall.resolve(value);
    expect(await refreshed).toBe(value);
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('v3');
  });
});

describe('a conditional refresh', () => {
  const DOCUMENT = { title: 'old', sections: [{ text: 'long' }] };

  async function refreshing(fixture: CacheFixture): Promise<LoadContext> {
    fixture.now += MINUTE;
    await fixture.get('a');
    await fixture.afterResponse();
    return fixture.lastCall.context;
  }

  test('has the stale value, its time and its validator', async () => {
    const fixture = new CacheFixture(SWR);
    const startedAt = fixture.now;
    const value = await fixture.load('a', DOCUMENT, (context) => { context.validator = '"v1"'; });
    const { stale } = await refreshing(fixture);
    expect(stale).toEqual({ value: DOCUMENT, storedAt: new Date(startedAt), validator: '"v1"' });
    expect(stale!.value).toBe(value);
    await fixture.lastCall.resolve('new');
  });

  test('has it in refresh() too, and if staleIfError keeps it', async () => {
    const fixture = new CacheFixture({ staleIfError: { hours: 1 } });
    await fixture.load('a', 'old', (context) => { context.validator = 1; });
    void fixture.cache.refresh(['a']);
    expect(fixture.lastCall.context.stale).toMatchObject({ value: 'old', validator: 1 });
    await fixture.lastCall.resolve('newer');
    fixture.now += MINUTE;
    void fixture.get('a');
    expect(fixture.lastCall.context.stale).toMatchObject({ value: 'newer' });
    await fixture.lastCall.resolve('newest');
  });

  test('has no stale value if none is usable any more', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old');
    fixture.now += 12 * MINUTE;
    void fixture.get('a');
    expect(fixture.lastCall.context.stale).toBeUndefined();
    await fixture.lastCall.resolve('new');
    const none = watch(fixture.get('b'));
    const { context } = fixture.lastCall;
    expect(() => context.notModified()).toThrow(/check loadContext\(\)\.stale first/);
    await fixture.lastCall.resolve('b');
    expect(none.outcome).toEqual({ value: 'b' });
  });

  test('notModified() renews the entry: the same value, not copied, with its validator and its tags', async () => {
    const fixture = new CacheFixture(SWR);
    const value = await fixture.load('a', DOCUMENT, (context) => {
      context.validator = '"v1"';
      context.tags = ['t'];
    });
    const context = await refreshing(fixture);
    await fixture.lastCall.resolve(context.notModified());
    expect(await fixture.get('a')).toBe(value);
    expect(fixture.counters).toMatchObject({ staleHits: 1, originCalls: 2 });
    const next = await refreshing(fixture);
    expect(next.stale!.validator).toBe('"v1"');
    await fixture.lastCall.resolve(next.notModified());
    fixture.invalidations.invalidateTags(['t']);
    expect(fixture.cache.peek(['a'])).toBeUndefined();
  });

  test('notModified() does not renew an entry whose tag was invalidated meanwhile', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', DOCUMENT, (context) => { context.tags = ['t']; });
    const context = await refreshing(fixture);
    fixture.invalidations.invalidateTags(['t']);
    await fixture.lastCall.resolve(context.notModified());
    expect(fixture.cache.peek(['a'])).toBeUndefined();
  });

  test('notModified() may replace tags, ttl and validator', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', DOCUMENT, (context) => { context.tags = ['t']; });
    const context = await refreshing(fixture);
    Object.assign(context, { tags: ['u'], validator: 2, ttl: { hours: 1 } });
    await fixture.lastCall.resolve(context.notModified());
    fixture.invalidations.invalidateTags(['t']);
    fixture.now += 59 * MINUTE;
    expect(fixture.cache.peek(['a'])).toMatchObject({ validator: 2, tags: ['u'] });
  });

  test('that returns a new value keeps neither tags nor ttl of the old one', async () => {
    const fixture = new CacheFixture(SWR);
    await fixture.load('a', 'old', (context) => { context.tags = ['t']; });
    const context = await refreshing(fixture);
    context.validator = 2;
    await fixture.lastCall.resolve('new');
    expect(fixture.cache.peek(['a'])).toMatchObject({ validator: 2, tags: [] });
  });
});
