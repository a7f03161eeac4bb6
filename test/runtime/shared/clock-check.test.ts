import { ClockCheck } from '../../../lambda-runtime/shared/clock-check.js';

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
/** As in the header of an answer: the second has just begun, or is almost over. */
const RESOLUTION = SECOND;

/** What is found by an answer that the server gave at a time, sent and read at others by this environment's clock. */
function offsetBy(serverTime: number, sentAt: number, readAt = sentAt + 10): number | undefined {
  const check = new ClockCheck();
  check.compare(serverTime, RESOLUTION, sentAt, readAt);
  return check.offsetMs;
}

test.each([
  ['agrees', 0],
  ['is in the last moment of the second that the server names', 999],
  ['is five seconds ahead', 5 * SECOND],
  ['is four seconds behind', -4 * SECOND],
])('a clock that %s is right', (_, offset) => expect(offsetBy(NOW, NOW + offset, NOW + offset)).toBeUndefined());

test.each([
  ['ahead', 7 * SECOND], ['behind', -6 * SECOND], ['ten minutes ahead', 600 * SECOND],
])('a clock that is %s is detected, to the second', (_, offset) => {
  expect(Math.abs(offsetBy(NOW, NOW + offset)! - offset)).toBeLessThanOrEqual(SECOND);
});

test('an answer that was slow, or read after a freeze, proves nothing, and the next one is checked', () => {
  const check = new ClockCheck();
  check.compare(NOW, RESOLUTION, NOW, NOW + 3_600 * SECOND);
  expect(check.offsetMs).toBeUndefined();
  check.compare(NOW + 3_600 * SECOND, RESOLUTION, NOW + 4_200 * SECOND, NOW + 4_200 * SECOND);
  expect(check.offsetMs).toBeGreaterThan(590 * SECOND);
});

test('a clock that was found right is not checked again, and an answer without a time proves nothing', () => {
  const check = new ClockCheck();
  check.compare(NaN, RESOLUTION, NOW, NOW);
  check.compare(NOW, RESOLUTION, NOW, NOW);
  check.compare(NOW, RESOLUTION, NOW + 600 * SECOND, NOW + 600 * SECOND);
  expect(check.offsetMs).toBeUndefined();
});
