import { MINUTE, CacheFixture, SECOND, watch } from '../equipment/cache-fixture';

class NotFound extends Error {}

const NOTHING = { negativeTtl: { seconds: 5 } };
const ERRORS = { ...NOTHING, cacheErrors: (error: unknown) => error instanceof NotFound };

describe('negativeTtl', () => {
  test.each([[undefined], [null]])('is how long %s is fresh', async (nothing) => {
    const fixture = new CacheFixture(NOTHING);
    expect(await fixture.load('a', nothing)).toBe(nothing);
    fixture.now += 5 * SECOND - 1;
    expect(await fixture.get('a')).toBe(nothing);
    expect(fixture.calls).toHaveLength(1);
    fixture.now += 1;
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('there now');
    fixture.now += MINUTE - 1;
    expect(await fixture.get('a')).toBe('there now');
  });

  test.each([[0], [''], [false], [[]]])('does not apply to %j', async (value) => {
    const fixture = new CacheFixture(NOTHING);
    await fixture.load('a', value);
    fixture.now += 5 * SECOND;
    expect(await fixture.get('a')).toEqual(value);
    expect(fixture.calls).toHaveLength(1);
  });

  test('absent: undefined and null are values like any other', async () => {
    const fixture = new CacheFixture();
    await fixture.load('a', undefined);
    fixture.now += MINUTE - 1;
    expect(await fixture.get('a')).toBeUndefined();
    expect(fixture.calls).toHaveLength(1);
  });
});

describe('cacheErrors', () => {
  test('caches the errors that it selects, for negativeTtl', async () => {
    const fixture = new CacheFixture(ERRORS);
    const error = new NotFound();
    const first = watch(fixture.get('a'));
    await fixture.lastCall.reject(error);
    expect(first.outcome).toEqual({ error });
    fixture.now += 5 * SECOND - 1;
    await expect(fixture.get('a')).rejects.toEqual(error);
    expect(fixture.calls).toHaveLength(1);
    expect(fixture.counters).toMatchObject({ hits: 1, misses: 1, originErrors: 1 });
    expect(fixture.cache.peek(['a'])).toBeUndefined();
    fixture.now += 1;
    const later = fixture.get('a');
    await fixture.lastCall.resolve('there now');
    expect(await later).toBe('there now');
  });

  test('leaves all other errors uncached', async () => {
    const fixture = new CacheFixture(ERRORS);
    for (let i = 1; i <= 3; i++) {
      const result = watch(fixture.get('a'));
      expect(fixture.calls).toHaveLength(i);
      await fixture.lastCall.reject(new Error(`${i}`));
      expect(result.outcome).toEqual({ error: new Error(`${i}`) });
    }
    expect(fixture.memory.size).toBe(0);
  });

  test('that throws causes one warning; the loader\'s own error reaches the caller, uncached', async () => {
    const fixture = new CacheFixture({ ...NOTHING, cacheErrors: () => { throw new TypeError('cannot read secret'); } });
    const error = new NotFound('a');
    for (let i = 1; i <= 2; i++) {
      const result = watch(fixture.get('a'));
      await fixture.lastCall.reject(error);
      expect((result.outcome as { error: unknown }).error).toBe(error);
      expect(fixture.calls).toHaveLength(i);
    }
    expect(fixture.warnings).toEqual([expect.stringMatching(/cacheErrors of cache 'product' failed: TypeError at .*negative\.test\.ts:\d+:\d+\./)]);
  });

  test('does not make a cached error stale: no staleWhileRevalidate, no staleIfError, no softTimeout', async () => {
    const fixture = new CacheFixture({ ...ERRORS, staleWhileRevalidate: { hours: 1 }, staleIfError: { hours: 1 }, softTimeout: { seconds: 1 } });
    const missing = watch(fixture.get('a'));
    await fixture.lastCall.reject(new NotFound());
    expect(missing.outcome).toEqual({ error: expect.any(NotFound) });
    fixture.now += 5 * SECOND;
    const later = watch(fixture.get('a'));
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.reject(new RangeError('another'));
    expect(later.outcome).toEqual({ error: new RangeError('another') });
  });

  test('does not replace a stale value that may be returned instead', async () => {
    const fixture = new CacheFixture({ ...ERRORS, staleIfError: { hours: 1 } });
    await fixture.load('a', 'old');
    fixture.now += MINUTE;
    const result = fixture.get('a');
    await fixture.lastCall.reject(new NotFound());
    expect(await result).toBe('old');
  });

  test('without negativeTtl caches nothing', async () => {
    const fixture = new CacheFixture({ cacheErrors: () => true });
    const result = watch(fixture.get('a'));
    await fixture.lastCall.reject(new NotFound());
    expect(result.outcome).toEqual({ error: expect.any(NotFound) });
    void fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('v');
  });
});
