import { ClockBound } from '../../../lambda-runtime/lambda/clock-bound.js';
import { CacheFixture, MINUTE, SECOND, TTL } from '../../equipment/cache-fixture';

const NOW = Date.UTC(2026, 0, 1);
const MARGIN = 10 * SECOND;

describe('a hit', () => {
  test('does not read the clock if its entry is fresh until the invocation must have ended', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v');
    cache.clockBound.latestMs = cache.now + TTL - 1;
    const { readings } = cache;
    expect(await cache.get('a')).toBe('v');
    expect(cache.readings).toBe(readings);
    expect(cache.counters.hits).toBe(1);
  });

  test.each([
    ['expires before that', {}, TTL],
    ['is refreshed before that', { earlyRefresh: 0.5 }, TTL - 1],
  ])('reads it if the entry %s', async (_, options, bound) => {
    const cache = new CacheFixture(options);
    await cache.load('a', 'v');
    cache.clockBound.latestMs = cache.now + bound;
    const { readings } = cache;
    expect(await cache.get('a')).toBe('v');
    expect(cache.readings).toBe(readings + 1);
    // The handler has computed meanwhile, without any turn of the event loop.
    cache.now += TTL;
    void cache.get('a');
    expect(cache.calls).toHaveLength(2);
  });

  test('is none after an invalidation', async () => {
    const cache = new CacheFixture();
    await cache.load('a', 'v1');
    cache.clockBound.latestMs = cache.now + 1;
    await cache.cache.changes.invalidate(['a']);
    expect(await cache.load('a', 'v2')).toBe('v2');
  });
});

describe('the bound of the clock', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  test('is a margin after the latest deadline of the open invocations', () => {
    const bound = new ClockBound(false);
    expect(bound.latestMs).toBe(Infinity);
    bound.begin(NOW, 3 * SECOND);
    expect(bound.latestMs).toBe(NOW + 3 * SECOND + MARGIN);
    bound.begin(NOW + 2, 3 * SECOND);
    expect(bound.latestMs).toBe(NOW + 2 + 3 * SECOND + MARGIN);
  });

  test('exists only while an invocation is open, since afterwards the environment may be frozen', () => {
    const bound = new ClockBound(false);
    bound.begin(NOW, 3 * SECOND);
    bound.begin(NOW, 3 * SECOND);
    bound.end();
    expect(bound.latestMs).toBeLessThan(Infinity);
    bound.end();
    expect(bound.latestMs).toBe(Infinity);
    bound.begin(NOW + MINUTE, 3 * SECOND);
    expect(bound.latestMs).toBe(NOW + MINUTE + 3 * SECOND + MARGIN);
  });

  test('counts from the longest time that an invocation has had, since a clock that has jumped ahead makes it seem shorter', () => {
    const bound = new ClockBound(true);
    bound.begin(NOW, MINUTE);
    bound.end();
    const ahead = NOW + 50 * SECOND;
    bound.begin(ahead, 10 * SECOND);
    expect(bound.latestMs).toBe(ahead + MINUTE + MARGIN);
  });

  test.each([Infinity, NaN, 0, -MINUTE])('does not exist for an invocation that has %p left', (remaining) => {
    const bound = new ClockBound(true);
    bound.begin(NOW, remaining);
    expect(bound.latestMs).toBe(Infinity);
  });

  test('does not outlast the next invocation if one never ends, where there is one at a time', () => {
    const bound = new ClockBound(true);
    bound.begin(NOW, 3 * SECOND);
    bound.begin(NOW + MINUTE, 3 * SECOND);
    expect(bound.latestMs).toBe(NOW + MINUTE + 3 * SECOND + MARGIN);
    bound.end();
    expect(bound.latestMs).toBe(Infinity);
  });

  test('sets no timer where Lambda ends the environment at the deadline', () => {
    new ClockBound(true).begin(NOW, 3 * SECOND);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('ends at the latest deadline where Lambda does not end the environment', () => {
    const bound = new ClockBound(false);
    bound.begin(NOW, 3 * SECOND);
    jest.advanceTimersByTime(2 * SECOND);
    bound.begin(Date.now(), 3 * SECOND);
    jest.advanceTimersByTime(2 * SECOND);
    // The first invocation is late, but the second is not.
    expect(bound.latestMs).toBe(NOW + 5 * SECOND + MARGIN);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(SECOND);
    expect(bound.latestMs).toBe(Infinity);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('exists again with the next invocation, though one is still late', () => {
    const bound = new ClockBound(false);
    bound.begin(NOW, SECOND);
    jest.advanceTimersByTime(MINUTE);
    expect(bound.latestMs).toBe(Infinity);
    bound.begin(Date.now(), SECOND);
    expect(bound.latestMs).toBe(Date.now() + SECOND + MARGIN);
    bound.end();
    jest.advanceTimersByTime(SECOND);
    expect(bound.latestMs).toBe(Infinity);
  });
});
