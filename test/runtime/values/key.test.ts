import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { build, cycle, type Plan, plan, replaced, reversed, unsupportedValues } from './plain-data.js';
import { type Key, keyOf, keyText, MAX_KEY_LENGTH } from '../../../lambda-runtime/values/key.js';

const args = fc.array(plan, { maxLength: 3 });

const builtArgs = (plans: readonly Plan[], forComparison = false) => plans.map((each) => build(each, { forComparison }));

/** Whether a cache would take one key for the other. */
const same = (a: Key, b: Key) => new Map([[a, true]]).has(b);

/** Whether two argument lists have the same content. An object's prototype, Object's or none, is not content. */
const equal = (a: readonly Plan[], b: readonly Plan[]) => isDeepStrictEqual(builtArgs(a, true), builtArgs(b, true));

function expectKeysToTellApartWhatDiffers(a: readonly Plan[], b: readonly Plan[]): void {
  const [keyA, keyB] = [keyOf(builtArgs(a)), keyOf(builtArgs(b))];
  const areEqual = equal(a, b);
  expect(same(keyA, keyB)).toBe(areEqual);
  expect(keyText(keyA) === keyText(keyB)).toBe(areEqual);
}

describe('keys of argument lists', () => {
  test('are equal exactly when the lists have the same content', () => {
    fc.assert(fc.property(args, args, expectKeysToTellApartWhatDiffers), { numRuns: 300 });
  });

  test('distinguish lists that differ in one part', () => {
    fc.assert(fc.property(args.filter(({ length }) => length > 0), fc.array(fc.nat(2), { maxLength: 3 }), plan, (list, path, by) => {
      expectKeysToTellApartWhatDiffers(list, [replaced(list[0], path, by), ...list.slice(1)]);
    }), { numRuns: 500 });
  });

  test('do not depend on the order of properties, map entries and set members', () => {
    fc.assert(fc.property(args, (list) => {
      expect(keyOf(builtArgs(list.map(reversed)))).toBe(keyOf(builtArgs(list)));
    }), { numRuns: 200 });
  });

  test('distinguish what other caches confuse', () => {
    const lists: unknown[][] = [
      [], [undefined], [undefined, undefined], [null], ['undefined'], ['null'], [''], [[]], [{}], [[undefined]], [new Array(1)], [[[]]],
      [0], [-0], [0n], ['0'], ['-0'], [false], [NaN], ['NaN'], [1], [1n], ['1'], ['1n'], [true], ['true'], [Infinity], ['Infinity'],
      ['a', 'b'], ['a,b'], ['ab'], [['a', 'b']], [['a,b']], ['("a","b")'], ['(1)'], ['("(1)")'], ['(#x)'],
      [{ a: 1 }], [{ a: '1' }], [{ a: undefined }], [{ 'a:1': 1 }], [{ a: 1, b: 2 }], [{ 'a:1,b': 2 }], [{ '"a"': 1 }], [new Map([['a', 1]])], [new Map<unknown, unknown>([['a', '1']])],
      [new Set(['a', 1])], [new Set(['a'])], [['a', 1]],
      [new Date(0)], [new Date(1)], [new Date(NaN)], [new Date(0).toISOString()], ['Date(0)'],
      [new Uint8Array(8)], [new Int8Array(8)], [new Uint8Array(7)], [Buffer.alloc(8)], [new ArrayBuffer(8)], [new DataView(new ArrayBuffer(8))],
      [new Float64Array(1)], [new BigInt64Array(1)], [Array(8).fill(0)],
      ['\ud800'], ['\udbff'], ['\ufffd'], ['"\\ud800"'], ['\\ud800'],
    ];
    const keys = lists.map(keyOf);
    expect(new Set(keys).size).toBe(lists.length);
    expect(new Set(keys.map(keyText)).size).toBe(lists.length);
    expect(keys.map(keyText).filter((text) => !text.isWellFormed())).toEqual([]);
  });

  test('use a view\'s own bytes, wherever they are in its buffer', () => {
    const around = new Uint8Array([9, 9, 1, 2, 9, 9, 9, 9]);
    expect(keyOf([around.subarray(2, 4)])).toBe(keyOf([new Uint8Array([1, 2])]));
  });

  test('ignore whether an object has a prototype', () => {
    expect(keyOf([Object.assign(Object.create(null) as object, { a: 1 })])).toBe(keyOf([{ a: 1 }]));
  });

  test('use a repeated reference\'s content each time', () => {
    const shared = { a: 1 };
    expect(keyOf([shared, [shared]])).toBe(keyOf([{ a: 1 }, [{ a: 1 }]]));
  });

  test('are the argument itself for one string or one number, the most common calls', () => {
    expect(keyOf(['B0012'])).toBe('B0012');
    expect(keyOf([42])).toBe(42);
  });

  test.each(Object.entries(unsupportedValues()))('do not exist for %s', (_, value) => {
    expect(() => keyOf([value])).toThrow();
    expect(() => keyOf(['id', { nested: [value] }])).toThrow();
    expect(() => keyOf([new Map([[value, 1]])])).toThrow();
  });

  test('do not exist for an object that contains itself', () => {
    expect(() => keyOf([cycle()])).toThrow('an object that contains itself');
  });
});

describe('long keys', () => {
  const long = fc.array(plan, { minLength: 1, maxLength: 2 }).map((list): Plan[] => [{ kind: 'leaf', value: 'padding'.repeat(40) }, ...list]);

  test('are no longer than their bound, and well-formed as text', () => {
    fc.assert(fc.property(fc.oneof(args, long), (list) => {
      const key = keyOf(builtArgs(list));
      expect(String(key).length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
      expect(keyText(key).length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
      expect(keyText(key).isWellFormed()).toBe(true);
    }), { numRuns: 300 });
  });

  test('still differ if only their ends do', () => {
    fc.assert(fc.property(long, long, expectKeysToTellApartWhatDiffers), { numRuns: 200 });
    const [a, b] = ['a', 'b'].map((end) => keyOf(['x'.repeat(10_000) + end]));
    expect(a).not.toBe(b);
  });

  test('never equal a short argument that looks like their hash', () => {
    const hashed = keyOf(['x'.repeat(1_000)]);
    expect(typeof hashed).toBe('string');
    expect(keyOf([hashed])).not.toBe(hashed);
  });

  test('of lone surrogates, which take six characters each as text, are bounded too', () => {
    expect(keyText(keyOf(['\ud800'.repeat(MAX_KEY_LENGTH)])).length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
  });
});
