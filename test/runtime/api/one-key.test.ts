import { cached } from '../../../lambda-runtime/api/runtime.js';
import { isolated } from '../../../lambda-runtime/api/testing.js';

/** One call has one key, whatever way it is written in. */

const quote = () => {
  const calls: unknown[][] = [];
  const price = cached('price', async (id: string, currency?: string, ...more: (number | undefined)[]) => {
    calls.push([id, currency, ...more].slice(0, 2 + more.length));
    return `${id} in ${currency ?? 'EUR'}`;
  });
  return { calls, price };
};

let warn: jest.SpyInstance;

beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

test('a trailing undefined is no argument: neither for the key, nor for the loader', () => isolated(async () => {
  const lengths: number[] = [];
  // eslint-disable-next-line prefer-arrow-callback
  const count = cached('count', async function (..._: unknown[]) {
    lengths.push(arguments.length); // eslint-disable-line prefer-rest-params
    return lengths.length;
  });
  expect(await count('2', undefined, undefined)).toBe(1);
  expect(await count('2')).toBe(1);
  expect(await count(undefined)).toBe(2);
  expect(await count()).toBe(2);
  expect(await count(undefined, 1)).toBe(3);
  expect(lengths).toEqual([1, 0, 2]);
}));

test('every operation treats a call with and without trailing undefined as the same', () => isolated(async () => {
  const { calls, price } = quote();
  expect(price.keyOf('2', undefined)).toBe(price.keyOf('2'));
  await price('2', undefined);
  expect((await price.peek('2'))?.value).toBe('2 in EUR');
  await price.invalidate('2');
  expect(await price.peek('2', undefined)).toBeUndefined();
  await price.prime('2', undefined, 'primed');
  expect(await price('2')).toBe('primed');
  await price.prime('3', 'primed, too');
  expect(await price('3', undefined)).toBe('primed, too');
  await price.refresh('2', undefined);
  expect(await price('2')).toBe('2 in EUR');
  expect(calls).toHaveLength(2);
}));

test('the option key gets the arguments without trailing undefined', () => isolated(async () => {
  const lengths: number[] = [];
  const price = cached('price', async (id: string, _currency?: string) => id, {
    key: (...args) => {
      lengths.push(args.length);
      return args.length;
    },
  });
  await price('2', undefined);
  await price('2');
  expect(lengths).toEqual([1, 1]);
}));

test('a property that is undefined, and one that is absent, stay two keys', () => isolated(async () => {
  const find = cached('find', async (query: object) => Object.keys(query));
  expect(await find({ a: 1 })).toEqual(['a']);
  expect(await find({ a: 1, b: undefined })).toEqual(['a', 'b']);
}));

/** Objects with something that a copy would lose. */
const LOSSY: [string, () => object, string][] = [
  ['a property that is not enumerable', () => Object.defineProperty({ a: 1 }, 'tenant', { value: 'x' }), 'not enumerable'],
  ['a getter', () => ({ get a() { return 1; } }), 'getters or setters'],
  ['a setter', () => Object.defineProperty({}, 'a', { set() {}, enumerable: true }), 'getters or setters'],
  ['a Buffer with a property', () => Object.assign(Buffer.from('x'), { encoding: 'utf8' }), 'an object of type Buffer with properties of its own'],
  ['a typed array with a property', () => Object.assign(new Float64Array(3), { unit: 'm' }), 'an object of type Float64Array with properties of its own'],
  ['an ArrayBuffer with a property', () => Object.assign(new ArrayBuffer(3), { unit: 'm' }), 'an object of type ArrayBuffer with properties of its own'],
  ['a Date with a hidden property', () => Object.defineProperty(new Date(0), 'zone', { value: 'CET' }), 'an object of type date with properties of its own'],
  ['an array with a hidden property', () => Object.defineProperty([1], 'total', { value: 7 }), 'an object of type array with properties of its own'],
];

describe.each(LOSSY)('%s', (_, make, reason) => {
  test('makes a value uncached, and returned unchanged', () => isolated(async () => {
    const value = make();
    const load = jest.fn(async () => value);
    const get = cached('get', load);
    expect(await get()).toBe(value);
    await get();
    expect(load).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(reason));
  }));

  test('makes arguments no key', () => isolated(async () => {
    const load = jest.fn(async (..._args: object[]) => 1);
    const get = cached('get', load);
    expect(get.keyOf({ nested: make() })).toBeUndefined();
    await get(make());
    await get(make());
    expect(load).toHaveBeenCalledTimes(2);
  }));
});

test('byte arrays of any length are checked without listing their indices', () => isolated(async () => {
  const bytes = Buffer.alloc(20_000_000, 1);
  const names = jest.spyOn(Object, 'getOwnPropertyNames');
  const get = cached('get', async () => bytes);
  expect((await get()).length).toBe(bytes.length);
  await get();
  expect(names.mock.calls.filter(([object]) => object === bytes)).toEqual([]);
}));
