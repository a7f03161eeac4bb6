import { type EntryState, isFallback, isThrottled, stateOf, usableMs } from '../../../lambda-runtime/engine/entry-state.js';
import type { Entry } from '../../../lambda-runtime/engine/entry.js';

/** Fresh for a second, returned while it is refreshed for 100 ms more, and instead of an error for 500 ms. */
const ENTRY = {
  content: { stored: {} },
  storedAt: 1_000,
  freshUntil: 2_000,
  refreshAt: 1_800,
  revalidateAt: Infinity,
  staleWhileRevalidateMs: 100,
  staleIfErrorMs: 500,
  retryAt: 0,
} as Entry;

describe('the state of an entry', () => {
  test.each<[number, EntryState]>([
    [999, 'gone'], [1_000, 'fresh'], [1_799, 'fresh'], [1_800, 'refresh'], [1_999, 'refresh'], [2_000, 'stale'], [2_099, 'stale'],
    [2_100, 'fallback'], [2_499, 'fallback'], [2_500, 'gone'],
  ])('at %i is %s', (now, state) => {
    expect(stateOf(ENTRY, now)).toBe(state);
  });

  test('is never fallback if staleWhileRevalidate is the longer window', () => {
    const entry = { ...ENTRY, staleIfErrorMs: 50 };
    expect([2_049, 2_050, 2_099, 2_100].map((now) => stateOf(entry, now))).toEqual(['stale', 'stale', 'stale', 'gone']);
    expect([2_049, 2_050].map((now) => isFallback(entry, now))).toEqual([true, false]);
  });

  test.each<[number, EntryState]>([
    [999, 'gone'], [1_499, 'fresh'], [1_500, 'revalidate'], [1_999, 'revalidate'], [2_099, 'revalidate'], [2_100, 'fallback'], [2_500, 'gone'],
  ])('that the shared tier must confirm from 1,500 on is at %i %s', (now, state) => {
    expect(stateOf({ ...ENTRY, revalidateAt: 1_500 }, now)).toBe(state);
  });

  test('depends on whether the shared tier has just confirmed it, or always must', () => {
    const entry = { ...ENTRY, revalidateAt: 1_500 };
    expect([1_400, 1_600, 1_900, 2_050].map((now) => stateOf(entry, now, Infinity))).toEqual(['fresh', 'fresh', 'refresh', 'stale']);
    expect([1_400, 1_600, 2_050, 2_200].map((now) => stateOf(entry, now, -Infinity))).toEqual(['revalidate', 'revalidate', 'revalidate', 'fallback']);
  });

  test('with an error is gone after its ttl', () => {
    const error = { ...ENTRY, content: { error: {} } } as Entry;
    expect([1_000, 1_999, 2_000].map((now) => stateOf(error, now))).toEqual(['fresh', 'refresh', 'gone']);
    expect([1_999, 2_000].map((now) => isFallback(error, now))).toEqual([true, false]);
  });
});

test.each([[999, false], [1_000, true], [2_499, true], [2_500, false]])('at %i it may be returned instead of an error: %p', (now, may) => {
  expect(isFallback(ENTRY, now)).toBe(may);
});

test('its loader is not called again before retryAt', () => {
  expect([1_499, 1_500].map((now) => isThrottled({ ...ENTRY, retryAt: 1_500 }, now))).toEqual([true, false]);
});

test('it is usable until the longer of its windows is over', () => {
  expect(usableMs(ENTRY, 1_700)).toBe(800);
  expect(usableMs({ ...ENTRY, staleWhileRevalidateMs: 600 }, 1_700)).toBe(900);
});
