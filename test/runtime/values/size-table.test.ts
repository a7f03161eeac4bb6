import { hiddenClassBytes } from '../../../lambda-runtime/values/hidden-classes.js';
import { snapshot } from '../../../lambda-runtime/values/snapshot.js';

/** What the first object with a name takes besides: V8's description of the name. */
const CLASS = 130;
const numbered = (count: number, first: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [index + first, true]));
const mapOf = (count: number) => new Map(Array.from({ length: count }, (_, index) => [index, true]));

// That V8 takes as much is shown by memory-size.test.ts, in seconds. These say which rule each value falls under.
test.each<[string, unknown, number]>([
  ['no text', '', 0],
  ['one character, which V8 has once', 'a', 0],
  ['two characters', 'ab', 24],
  ['eight characters', 'x'.repeat(8), 24],
  ['nine characters, since sizes are multiples of eight', 'x'.repeat(9), 32],
  ['the last character of one byte', 'x'.repeat(7) + 'ÿ', 24],
  ['the first character of two bytes, which makes all of them so', 'x'.repeat(7) + 'Ā', 32],
  ['the largest small integer', 2 ** 31 - 1, 0],
  ['an integer that is too large for a slot', 2 ** 31, 16],
  ['the smallest small integer', -(2 ** 31), 0],
  ['an integer that is too small for a slot', -(2 ** 31) - 1, 16],
  ['a fraction', 0.5, 16],
  ['true', true, 0],
  ['null', null, 0],
  ['undefined', undefined, 0],
  ['a short bigint', 1n, 32],
  ['the longest bigint of 64 bits', 2n ** 64n - 1n, 32],
  ['a bigint of 65 bits', 2n ** 64n, 40],
  ['an empty array', [], 48],
  ['small integers', [1, 2, 3], 72],
  ['integers beside a fraction, each in a box', [1, 2, 0.5], 120],
  ['fractions', [0.5, 1.5], 96],
  ['numbers beside a text, which stay in their slots', [1, 'ab', 0.5], 112],
  ['an object without properties', {}, 56],
  ['an object with a name', { first: 1 }, 56 - 16 + CLASS + 24],
  ['another with the same name, whose class is there', { first: 2 }, 40],
  ['a new class with an old name', { first: 1, second: 2 }, 48 + 2 * CLASS + 24],
  ['an object without a prototype', Object.create(null), 256],
  ['one with more properties than four slots hold', Object.assign(Object.create(null), { a: 1, b: 1, c: 1 }), 256],
  ['one with three times as many', Object.assign(Object.create(null), numbered(0, 0), Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, 1]))), 760],
  ['indices', { 0: true, 1: true }, 208],
  ['the last index that is kept in a small array', { 16: true }, 208],
  ['an index that is not', { 17: true }, 200],
  ['indices and a name', { 1: true, third: true }, 16 + 8 * 17 + 40 + CLASS + 24],
  ['many indices', numbered(300, 0), 3_192],
  ['many that do not begin at zero', numbered(300, 1_000), 13_192],
  ['many that begin where V8 takes a table', numbered(300, 1_024), 12_392],
  ['a name that looks like an index', { '01': true }, 40 + CLASS + 24],
  ['a number that is too long for an index', { 42949672960: true }, 40 + CLASS + 32],
  ['a date', new Date(0), 96],
  ['an empty map', new Map(), 184],
  ['as many entries as a map begins with', mapOf(4), 184],
  ['one more', mapOf(5), 296],
  ['what a map holds', new Map([['ab', 'cd']]), 232],
  ['a set', new Set([1, 2, 3, 4]), 152],
  ['one more member', new Set([1, 2, 3, 4, 5]), 232],
  ['bytes', new Uint8Array(100), 292],
  ['the bytes of a buffer', Buffer.alloc(10), 202],
  ['numbers of eight bytes', new Float64Array(4), 224],
])('%s: %p takes %i bytes', (_, value, bytes) => {
  expect(snapshot(value).bytes).toBe(bytes);
});

describe('classes of objects', () => {
  const namesOf = (shape: number) => [`shape${shape}`, 'id'];

  test('are charged to the first object, until there are too many that never recur', () => {
    // Each takes two of 2,000 names, but for the few that were met above.
    const charged = Array.from({ length: 1_100 }, (_, shape) => hiddenClassBytes(namesOf(shape)));
    expect(charged.slice(0, 950)).toEqual(charged.slice(0, 950).map(() => 2 * CLASS));
    expect(charged.slice(1_000)).toEqual(charged.slice(1_000).map(() => undefined));
    // The second of its kind: from now on there is a class.
    expect(hiddenClassBytes(namesOf(1_099))).toBe(2 * CLASS);
    expect(hiddenClassBytes(namesOf(1_099))).toBe(0);
  });

  test('that have not recurred for long are forgotten', () => {
    expect(hiddenClassBytes(['seldom'])).toBeUndefined();
    for (let shape = 2_000; shape < 3_100; shape++) {
      hiddenClassBytes(namesOf(shape));
    }
    expect(hiddenClassBytes(['seldom'])).toBeUndefined();
  });

  test('that recur are remembered, whatever else is stored', () => {
    hiddenClassBytes(['often']);
    for (let shape = 4_000; shape < 5_500; shape++) {
      hiddenClassBytes(namesOf(shape));
      if (shape % 300 === 0) {
        hiddenClassBytes(['often']);
      }
    }
    expect(hiddenClassBytes(['often'])).toBe(0);
  });

  test('differ by the order of their names, and by where one ends and the next begins', () => {
    hiddenClassBytes(['left', 'right']);
    hiddenClassBytes(['left', 'right']);
    expect(hiddenClassBytes(['left', 'right'])).toBe(0);
    expect(hiddenClassBytes(['right', 'left'])).not.toBe(0);
    expect(hiddenClassBytes(['leftr', 'ight'])).not.toBe(0);
  });
});
