import { CacheFixture } from '../../equipment/cache-fixture';

/** A cache that has a value for `a`. */
async function loaded(value: unknown, options: ConstructorParameters<typeof CacheFixture>[0] = {}): Promise<CacheFixture> {
  const fixture = new CacheFixture({ loader: () => Promise.resolve(value), ...options });
  await fixture.cache.get(['a']);
  return fixture;
}

describe('hits', () => {
  test('share their promise if they share an immutable value', async () => {
    const { cache, counters } = await loaded({ price: 1 });

    expect(cache.get(['a'])).toBe(cache.get(['a']));
    expect(counters.hits).toBe(2);
  });

  test.each<[string, unknown, object]>([
    ['dates', { at: new Date(0) }, {}],
    ['values that callers may change', { price: 1 }, { mutable: true }],
  ])('of %s have a promise and a copy each', async (_, value, options) => {
    const { cache } = await loaded(value, options);
    const [one, two] = [await cache.get(['a']), await cache.get(['a'])];

    expect(one).not.toBe(two);
    expect(one).toEqual(two);
  });

  test('of errors have a promise and a copy each', async () => {
    const fixture = new CacheFixture({ loader: () => Promise.reject(new Error('no')), cacheErrors: () => true, negativeTtl: { minutes: 1 } });
    const failures = [fixture.cache.get(['a']), fixture.cache.get(['a'])];
    await Promise.allSettled(failures);
    const [one, two] = await Promise.allSettled([fixture.cache.get(['a']), fixture.cache.get(['a'])]) as PromiseRejectedResult[];

    expect(one.reason).not.toBe(two.reason);
    expect(one.reason).toEqual(new Error('no'));
  });

  test('return a promise of the next value once it is stored', async () => {
    let version = 1;
    const { cache } = await loaded(undefined, { loader: () => Promise.resolve({ version: version++ }) });
    const before = cache.get(['a']);
    await cache.refresh(['a']);

    expect(await before).toEqual({ version: 1 });
    expect(await cache.get(['a'])).toEqual({ version: 2 });
  });
});
