import { MINUTE, Scene, SECOND, settled, watch } from './scene.js';

const DOWN = new Error('the origin is down');

afterEach(() => {
  jest.restoreAllMocks();
});

describe('earlyRefresh', () => {
  test('refreshes after the response a fresh entry of which more than the share is gone', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ earlyRefresh: 0.8 });
    await scene.load('a', 'old');
    scene.now += 48 * SECOND - 1;
    await scene.get('a');
    expect(scene.background.isEmpty).toBe(true);
    scene.now += 1;
    expect(await scene.get('a')).toBe('old');
    expect(scene.calls).toHaveLength(1);
    await scene.afterResponse();
    await scene.lastCall.resolve('new');
    expect(await scene.get('a')).toBe('new');
    expect(scene.counters).toMatchObject({ hits: 3, staleHits: 0, misses: 1 });
  });

  test('comes at a moment of its own for every entry, between the share and the ttl', async () => {
    const moments: number[] = [];
    for (let i = 0; i < 200; i++) {
      const scene = new Scene({ earlyRefresh: 0.5 });
      await scene.load('a', 'old');
      for (let age = 0; scene.background.isEmpty && age < 60; age++) {
        await scene.get('a');
        scene.now += SECOND;
        moments[i] = age;
      }
    }
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(30);
    expect(new Set(moments).size).toBeGreaterThan(15);
  });

  test('refreshes once, and a failure is tried again only after retryAfter', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ ttl: { hours: 1 }, earlyRefresh: 0.5, retryAfter: { seconds: 10 } });
    await scene.load('a', 'old');
    scene.now += 30 * MINUTE;
    await Promise.all([scene.get('a'), scene.get('a'), scene.get('a')]);
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.reject(DOWN);
    await scene.get('a');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(2);
    scene.now += 10 * SECOND;
    expect(await scene.get('a')).toBe('old');
    await scene.afterResponse();
    expect(scene.calls).toHaveLength(3);
    await scene.lastCall.resolve('new');
  });

  test('lets a caller that comes after the ttl wait for the refresh under way', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const scene = new Scene({ earlyRefresh: 0.5 });
    await scene.load('a', 'old');
    scene.now += 40 * SECOND;
    await scene.get('a');
    await scene.afterResponse();
    scene.now += 20 * SECOND;
    const waiting = scene.get('a');
    expect(scene.calls).toHaveLength(2);
    await scene.lastCall.resolve('new');
    expect(await waiting).toBe('new');
  });
});

describe('jitter', () => {
  test('ends the ttl earlier by up to its share, and never later', async () => {
    const lifetimes: number[] = [];
    const scene = new Scene({ jitter: 0.5 });
    for (let i = 0; i < 500; i++) {
      await scene.load(`${i}`, 'v');
      const { storedAt, freshUntil } = scene.cache.peek([`${i}`])!;
      lifetimes.push(freshUntil - storedAt);
    }
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(MINUTE);
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(MINUTE / 2);
    expect(Math.max(...lifetimes) - Math.min(...lifetimes)).toBeGreaterThan(MINUTE / 3);
  });

  test('does not touch how long stale entries may be used in all', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const scene = new Scene({ jitter: 0.5, staleWhileRevalidate: { minutes: 1 } });
    await scene.load('a', 'old');
    scene.now += MINUTE / 2;
    expect(await scene.get('a')).toBe('old');
    expect(scene.counters.staleHits).toBe(1);
    scene.now += MINUTE;
    const late = watch(scene.get('a'));
    await settled();
    expect(late.outcome).toBe('pending');
    await scene.lastCall.resolve('new');
  });
});
