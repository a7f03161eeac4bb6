import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { decode, encode } from '../../../lambda-runtime/values/codec.js';
import { checkJsonBounds } from '../../../lambda-runtime/values/json-bounds.js';

const MEBIBYTE = 1024 * 1024;
/** The bound of a function of 128 MB. */
const DEFAULT_BOUND = 32 * MEBIBYTE;

const check = (text: string, maxBytes = DEFAULT_BOUND) => () => checkJsonBounds(Buffer.from(text), maxBytes);

describe('JSON that is rejected before parsing', () => {
  test.each([
    ['brackets one in another', '['.repeat(5 * MEBIBYTE) + ']'.repeat(5 * MEBIBYTE), /nested more than 200 levels/],
    ['brackets side by side', `[${'[],'.repeat(5 * MEBIBYTE)}[]]`, /bytes of memory, more than 33554432/],
    ['properties', `[${'{"a":1},'.repeat(MEBIBYTE)}0]`, /bytes of memory/],
    ['elements', `[${'1,'.repeat(MEBIBYTE)}1]`, /bytes of memory/],
    ['a short text, deeper than the stack', '['.repeat(60_000), /nested more than 200 levels/],
  ])('%s', (_, text, error) => {
    expect(check(text)).toThrow(error);
  });

  test('a string longer than the bound', () => {
    expect(check(JSON.stringify('a'.repeat(2 * MEBIBYTE)), MEBIBYTE)).toThrow(/more than 1048576/);
  });
});

test('an entry of some hundred bytes that expands to fifteen megabytes of brackets is rejected', () => {
  const payload = zstdCompressSync(`[${'[],'.repeat(5 * MEBIBYTE)}[]]`);
  expect(payload.length).toBeLessThan(2_000);
  expect(() => decode('J', payload, DEFAULT_BOUND)).toThrow(/bytes of memory/);
});

test('what could not be read is not written', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 201; depth++) {
    deep = [deep];
  }
  expect(() => encode(deep)).toThrow(/nested more than 200 levels/);
});

describe('JSON that is parsed', () => {
  test('a long string, whatever its content', () => {
    expect(check(JSON.stringify('[{"\\,:'.repeat(MEBIBYTE)))).not.toThrow();
  });

  test('depth up to the limit, and many values that are not deep', () => {
    expect(check('['.repeat(200) + ']'.repeat(200))).not.toThrow();
    expect(check('['.repeat(201) + ']'.repeat(201))).toThrow();
    expect(check(`[${'[[]],'.repeat(1_000)}0]`)).not.toThrow();
  });

  test('ordinary rows of a megabyte, in a function of 128 MB', () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => ({ id, name: `Product ${id}`, tags: ['a', 'b'], price: 12.5, text: 'Tea, from "Assam"' }));
    expect(check(JSON.stringify(rows))).not.toThrow();
  });

  test('any output of JSON.stringify for small values', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      expect(check(JSON.stringify(value))).not.toThrow();
    }));
  });
});

test('a text\'s depth is that of its brackets outside of strings', () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 150, max: 250 }), (text, depth) => {
    const json = '['.repeat(depth - 1) + JSON.stringify([text]) + ']'.repeat(depth - 1);
    if (depth > 200) {
      expect(check(json)).toThrow(/nested/);
    } else {
      expect(check(json)).not.toThrow();
    }
  }));
});
