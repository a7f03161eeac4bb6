import { cached, invalidateTags, loadContext, type Tag } from '../../lambda-runtime/api/runtime.js';
import { isolated } from '../../lambda-runtime/api/testing.js';

/** What may be a tag, and what becomes of everything else. */

let warn: jest.SpyInstance;

beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** A function whose values have the tags; JavaScript has no types to keep anything out. */
function tagged(tags: unknown): { readonly get: () => Promise<number>; readonly loads: () => number } {
  let loads = 0;
  const get = cached('item', async () => {
    loadContext().tags = tags as Tag[];
    return ++loads;
  });
  return { get, loads: () => loads };
}

test.each<[string, unknown, unknown[]]>([
  ['a number, by its text', [42], ['42']],
  ['a number, by the number', [42], [42]],
  ['a text, by the number', ['42'], [42]],
  ['a bigint, by its text', [42n], ['42']],
  ['a string that is not a list, by the string', 'ab', ['ab']],
  ['one of several, by a list', ['a', 'b'], [['x', 'b']]],
  ['a number, by a list of numbers', [7], [[6, 7]]],
])('an entry is reached by its tag: %s', async (_, tags, invalidated) => isolated(async () => {
  const { get, loads } = tagged(tags);
  await get();
  await get();
  expect(loads()).toBe(1);
  await invalidateTags(...invalidated as Tag[]);
  await get();
  expect(loads()).toBe(2);
  expect(warn).not.toHaveBeenCalled();
}));

test('a string that is not a list is one tag, not its letters', async () => isolated(async () => {
  const { get, loads } = tagged('ab');
  await get();
  await invalidateTags('a', 'b');
  await get();
  expect(loads()).toBe(1);
}));

test.each<[string, unknown, string]>([
  ['undefined in the list', ['a', undefined], 'undefined'],
  ['null', null, 'null'],
  ['an object', [{ id: 1 }], 'an object'],
  ['NaN', [NaN], 'NaN'],
  ['Infinity', [Infinity], 'Infinity'],
  ['a boolean', [true], 'true'],
  ['a hole in the list', [, 'a'], 'undefined'], // eslint-disable-line no-sparse-arrays
  ['an empty string', [''], 'an empty string'],
  ['a list in the list', [['a']], 'an object'],
  ['a Set', new Set(['a']), 'an object'],
])('%s prevents caching the value, and is logged once', async (_, tags, what) => isolated(async () => {
  const { get, loads } = tagged(tags);
  expect([await get(), await get()]).toEqual([1, 2]);
  expect(loads()).toBe(2);
  expect(warn.mock.calls).toEqual([[expect.stringContaining(`A value of cache 'item' is not cached: ${what} is among its tags`)]]);
}));

test.each<[string, unknown]>([['undefined', undefined], ['an object', {}], ['NaN', NaN], ['an empty string', '']])(
  'invalidateTags() with %s invalidates the others, logs once, and does not throw', async (what, tag) => isolated(async () => {
    const { get, loads } = tagged(['a']);
    await get();
    expect(await invalidateTags(tag as Tag, 'a')).toEqual({ scope: 'environment' });
    await invalidateTags(tag as Tag);
    await get();
    expect(loads()).toBe(2);
    expect(warn.mock.calls).toEqual([[expect.stringContaining(`invalidateTags() cannot invalidate ${what}`)]]);
  }),
);

test('a loader may add to its tags', async () => isolated(async () => {
  let loads = 0;
  const get = cached('item', async () => {
    (loadContext().tags as Tag[]).push(42);
    return ++loads;
  });
  await get();
  await invalidateTags('42');
  await get();
  expect(loads).toBe(2);
}));
