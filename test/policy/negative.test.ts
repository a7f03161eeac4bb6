import { MINUTE, Scene, SECOND, watch } from './scene.js';

class NotFound extends Error {}

const NOTHING = { negativeTtl: { seconds: 5 } };
const ERRORS = { ...NOTHING, cacheErrors: (error: unknown) => error instanceof NotFound };

describe('negativeTtl', () => {
  test.each([[undefined], [null]])('is how long %s is fresh', async (nothing) => {
    const scene = new Scene(NOTHING);
    expect(await scene.load('a', nothing)).toBe(nothing);
    scene.now += 5 * SECOND - 1;
    expect(await scene.get('a')).toBe(nothing);
    expect(scene.calls).toHaveLength(1);
    scene.now += 1;
    void scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('there now');
    scene.now += MINUTE - 1;
    expect(await scene.get('a')).toBe('there now');
  });

  test.each([[0], [''], [false], [[]]])('does not concern %j', async (value) => {
    const scene = new Scene(NOTHING);
    await scene.load('a', value);
    scene.now += 5 * SECOND;
    expect(await scene.get('a')).toEqual(value);
    expect(scene.calls).toHaveLength(1);
  });

  test('absent: undefined and null are values like others', async () => {
    const scene = new Scene();
    await scene.load('a', undefined);
    scene.now += MINUTE - 1;
    expect(await scene.get('a')).toBeUndefined();
    expect(scene.calls).toHaveLength(1);
  });
});

describe('cacheErrors', () => {
  test('caches the errors that it selects, for negativeTtl', async () => {
    const scene = new Scene(ERRORS);
    const error = new NotFound();
    const first = watch(scene.get('a'));
    await scene.lastCall.reject(error);
    expect(first.outcome).toEqual({ error });
    scene.now += 5 * SECOND - 1;
    await expect(scene.get('a')).rejects.toEqual(error);
    expect(scene.calls).toHaveLength(1);
    expect(scene.counters).toMatchObject({ hits: 1, misses: 1, originErrors: 1 });
    expect(scene.cache.peek(['a'])).toBeUndefined();
    scene.now += 1;
    const later = scene.get('a');
    await scene.lastCall.resolve('there now');
    expect(await later).toBe('there now');
  });

  test('leaves all other errors uncached', async () => {
    const scene = new Scene(ERRORS);
    for (let i = 1; i <= 3; i++) {
      const result = watch(scene.get('a'));
      expect(scene.calls).toHaveLength(i);
      await scene.lastCall.reject(new Error(`${i}`));
      expect(result.outcome).toEqual({ error: new Error(`${i}`) });
    }
    expect(scene.memory.size).toBe(0);
  });

  test('that throws is warned of once; the loader\'s own error reaches the caller, uncached', async () => {
    const scene = new Scene({ ...NOTHING, cacheErrors: () => { throw new TypeError('cannot read secret'); } });
    const error = new NotFound('a');
    for (let i = 1; i <= 2; i++) {
      const result = watch(scene.get('a'));
      await scene.lastCall.reject(error);
      expect((result.outcome as { error: unknown }).error).toBe(error);
      expect(scene.calls).toHaveLength(i);
    }
    expect(scene.warnings).toEqual([expect.stringMatching(/cacheErrors of cache 'product' failed: TypeError at .*negative\.test\.ts:\d+:\d+\./)]);
  });

  test('does not make a stale error out of a cached one: no stale-if-error, no stale-while-revalidate, no softTimeout', async () => {
    const scene = new Scene({ ...ERRORS, staleWhileRevalidate: { hours: 1 }, staleIfError: { hours: 1 }, softTimeout: { seconds: 1 } });
    const missing = watch(scene.get('a'));
    await scene.lastCall.reject(new NotFound());
    expect(missing.outcome).toEqual({ error: expect.any(NotFound) });
    scene.now += 5 * SECOND;
    const later = watch(scene.get('a'));
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.reject(new RangeError('another'));
    expect(later.outcome).toEqual({ error: new RangeError('another') });
  });

  test('does not replace a stale value that may be returned instead', async () => {
    const scene = new Scene({ ...ERRORS, staleIfError: { hours: 1 } });
    await scene.load('a', 'old');
    scene.now += MINUTE;
    const result = scene.get('a');
    await scene.lastCall.reject(new NotFound());
    expect(await result).toBe('old');
  });

  test('without negativeTtl caches nothing', async () => {
    const scene = new Scene({ cacheErrors: () => true });
    const result = watch(scene.get('a'));
    await scene.lastCall.reject(new NotFound());
    expect(result.outcome).toEqual({ error: expect.any(NotFound) });
    void scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('v');
  });
});
