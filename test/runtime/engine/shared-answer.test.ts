import type { CacheDeps } from '../../../lambda-runtime/engine/cache-deps.js';
import type { Entries } from '../../../lambda-runtime/engine/entries.js';
import type { SharedAccess } from '../../../lambda-runtime/engine/shared-port.js';
import type { SharedStore } from '../../../lambda-runtime/shared/shared-store.js';
import { snapshot } from '../../../lambda-runtime/values/snapshot.js';
import { CacheFixture, settled, TTL } from '../../equipment/cache-fixture';

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

/** A cache whose memory must be coherent, in an invocation that could not ask for changes. */
class UnfencedFixture extends CacheFixture {
  protected override deps(): CacheDeps {
    const arrival = { number: 2, isFenced: false, isPending: false, wait: () => Promise.resolve() };
    const coherence = { isCurrent: false, arrivals: 2, arrival: () => arrival, hasChanged: () => false, isUncertain: () => false };
    return { ...super.deps(), coherence };
  }
}

test('the shared tier confirms only the entry that it has found, not one that a load from before the invocation has stored meanwhile', async () => {
  const access: Partial<SharedAccess> = {
    current: () => undefined,
    forget: () => {},
    put: () => Promise.resolve(true),
    readShared: async (key) => {
      const fields = { storedAt: fixture.now, freshUntil: fixture.now + TTL, tags: [], sequence: 0 };
      const found = entries.add(key, { stored: snapshot('found') }, { ...fields, requestedIn: 2 })!;
      entries.add(key, { stored: snapshot('from before') }, { ...fields, requestedIn: 1 });
      return { found, version: { id: 'id', indexVersion: '1' } };
    },
  };
  const fixture = new UnfencedFixture({ shared: { entriesOf: () => access } as unknown as SharedStore });
  const { entries } = fixture.cache as unknown as { readonly entries: Entries };

  const call = fixture.cache.getCoherently(['a']);
  await settled();
  await fixture.lastCall.resolve('loaded');
  expect(await call).toBe('loaded');
});
