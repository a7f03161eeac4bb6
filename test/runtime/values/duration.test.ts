import { type Duration, toMilliseconds } from '../../../lambda-runtime/values/duration.js';

describe('a duration', () => {
  test.each<[Duration, number]>([
    [{ milliseconds: 250 }, 250],
    [{ seconds: 30 }, 30_000],
    [{ minutes: 5 }, 300_000],
    [{ hours: 1 }, 3_600_000],
    [{ days: 2 }, 172_800_000],
    [{ minutes: 1, seconds: 30 }, 90_000],
    [{ days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 90_061_001],
    [{ seconds: 0.5 }, 500],
    [{ hours: 1, minutes: -1 }, 3_540_000],
  ])('of %j is %d milliseconds', (duration, milliseconds) => {
    expect(toMilliseconds(duration, 'ttl')).toBe(milliseconds);
  });

  test.each<[string, unknown, RegExp]>([
    ['a bare number, without a unit', 30, /ttl of cache 'product' must be a duration with its unit, like \{ seconds: 30 \}, not 30/],
    ['a short text, which may parse as a date', '30s', /must be a duration with its unit.*not 30s/],
    ['null', null, /must be a duration.*not null/],
    ['undefined', undefined, /must be a duration.*not undefined/],
    ['a unit that there is not', { secs: 30 }, /secs: 30; use milliseconds, seconds, minutes, hours, days/],
    ['a unit that every object has', { toString: 1 }, /toString/],
    ['an amount that is not a number', { seconds: '30' }, /seconds: 30; use/],
    ['an amount that is absent', { seconds: undefined }, /seconds: undefined/],
    ['NaN', { seconds: NaN }, /seconds: NaN/],
    ['Infinity', { days: Infinity }, /days: Infinity/],
    ['zero, with the way to switch a cache off', { seconds: 0 }, /longer than zero.*CDK_CACHED_FUNCTION_MODE=off/],
    ['nothing at all', {}, /no unit/],
    ['less than zero', { seconds: -1 }, /longer than zero.*not \{"seconds":-1\}/],
    ['more milliseconds than a number holds', { days: 1e305 }, /must be finite/],
  ])('cannot be %s', (_, duration, message) => {
    const convert = () => toMilliseconds(duration as Duration, "ttl of cache 'product'");
    expect(convert).toThrow(message);
    expect(convert).toThrow(/ttl of cache 'product'/);
    expect(convert).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });
});
