import { MINUTE, CacheFixture, SECOND, settled, watch } from '../equipment/cache-fixture';

const DOWN = new Error('the origin is down');

afterEach(() => {
  jest.restoreAllMocks();
});

describe('earlyRefresh', () => {
  test('refreshes a fresh entry after the response once more than the share of its ttl is over', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const fixture = new CacheFixture({ earlyRefresh: 0.8 });
    await fixture.load('a', 'old');
    fixture.now += 48 * SECOND - 1;
    await fixture.get('a');
    expect(fixture.background.isEmpty).toBe(true);
    fixture.now += 1;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.calls).toHaveLength(1);
    await fixture.afterResponse();
    await fixture.lastCall.resolve('new');
    expect(await fixture.get('a')).toBe('new');
    expect(fixture.counters).toMatchObject({ hits: 3, staleHits: 0, misses: 1 });
  });

  test('happens at a different moment for every entry, between the share and the ttl', async () => {
    const moments: number[] = [];
    for (let i = 0; i < 200; i++) {
      const fixture = new CacheFixture({ earlyRefresh: 0.5 });
      await fixture.load('a', 'old');
      for (let age = 0; fixture.background.isEmpty && age < 60; age++) {
        await fixture.get('a');
        fixture.now += SECOND;
        moments[i] = age;
      }
    }
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(30);
    expect(new Set(moments).size).toBeGreaterThan(15);
  });

  test('refreshes once, and repeats a failed refresh only after retryAfter', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const fixture = new CacheFixture({ ttl: { hours: 1 }, earlyRefresh: 0.5, retryAfter: { seconds: 10 } });
    await fixture.load('a', 'old');
    fixture.now += 30 * MINUTE;
    await Promise.all([fixture.get('a'), fixture.get('a'), fixture.get('a')]);
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.reject(DOWN);
    await fixture.get('a');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(2);
    fixture.now += 10 * SECOND;
    expect(await fixture.get('a')).toBe('old');
    await fixture.afterResponse();
    expect(fixture.calls).toHaveLength(3);
    await fixture.lastCall.resolve('new');
  });

  test('makes a caller after the ttl wait for the refresh under way', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const fixture = new CacheFixture({ earlyRefresh: 0.5 });
    await fixture.load('a', 'old');
    fixture.now += 40 * SECOND;
    await fixture.get('a');
    await fixture.afterResponse();
    fixture.now += 20 * SECOND;
    const waiting = fixture.get('a');
    expect(fixture.calls).toHaveLength(2);
    await fixture.lastCall.resolve('new');
    expect(await waiting).toBe('new');
  });
});

describe('jitter', () => {
  test('shortens the ttl by up to its share, and never prolongs it', async () => {
    const lifetimes: number[] = [];
    const fixture = new CacheFixture({ jitter: 0.5 });
    for (let i = 0; i < 500; i++) {
      await fixture.load(`${i}`, 'v');
      const { storedAt, freshUntil } = fixture.cache.peek([`${i}`])!;
      lifetimes.push(freshUntil - storedAt);
    }
    expect(Math.max(...lifetimes)).toBeLessThanOrEqual(MINUTE);
    expect(Math.min(...lifetimes)).toBeGreaterThanOrEqual(MINUTE / 2);
    expect(Math.max(...lifetimes) - Math.min(...lifetimes)).toBeGreaterThan(MINUTE / 3);
  });

  test('does not change how long stale entries may be used in total', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const fixture = new CacheFixture({ jitter: 0.5, staleWhileRevalidate: { minutes: 1 } });
    await fixture.load('a', 'old');
    fixture.now += MINUTE / 2;
    expect(await fixture.get('a')).toBe('old');
    expect(fixture.counters.staleHits).toBe(1);
    fixture.now += MINUTE;
    const late = watch(fixture.get('a'));
    await settled();
    expect(late.outcome).toBe('pending');
    await fixture.lastCall.resolve('new');
  });
});
