import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { build, plan } from './plain-data.js';
import { decode, encode } from '../../../lambda-runtime/values/codec.js';
import { keyOf } from '../../../lambda-runtime/values/key.js';

function thereAndBack(data: unknown): unknown {
  const { codec, payload } = encode(data);
  return decode(codec, payload);
}

describe('the codec of the shared tier', () => {
  test('keeps types and content of all plain data', () => {
    fc.assert(fc.property(plan, (from) => {
      fc.pre(!fc.stringify(from).includes('"__proto__"'));
      expect(keyOf([thereAndBack(build(from))])).toBe(keyOf([build(from)]));
    }), { numRuns: 1_000 });
  });

  test('keeps null, undefined, -0, NaN, big integers, holes, invalid dates, and a Buffer a Buffer', () => {
    for (const each of [null, undefined, -0, NaN, -Infinity, 2n ** 100n, [1, , 3], new Date(NaN), Buffer.from('b'), new Uint8Array([1])]) {
      const back = thereAndBack([each]) as unknown[];
      expect(fc.stringify(back)).toBe(fc.stringify([each]));
      expect(Buffer.isBuffer(back[0])).toBe(Buffer.isBuffer(each));
    }
  });

  test('keeps names that Node.js 24\'s JSON.parse confuses', () => {
    for (const name of ['\\', '"', '\n', 'a\\', 'a"']) {
      for (const each of [{ b: 1, [name]: 2n }, Object.assign(Object.create(null) as object, { b: 1, [name]: { [name]: new Date(0) } })]) {
        const [back] = thereAndBack([each]) as [object];
        expect(back).toEqual(each);
        expect(Object.keys(back)).toEqual(Object.keys(each));
        expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(each));
      }
    }
  });

  test('keeps one object with two references one, and a cycle a cycle', () => {
    const shared = { price: 1 };
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const [first, second, cycle] = thereAndBack([shared, shared, cyclic]) as [object, object, { self: unknown }];
    expect(first).toBe(second);
    expect(cycle.self).toBe(cycle);
  });

  test('uses JSON for nothing that JSON would change', () => {
    const shared = { price: 1 };
    for (const each of [undefined, -0, NaN, Infinity, 1n, [1, , 3], new Date(0), { '"': 1 }, { a: undefined }, Object.create(null), [shared, shared]]) {
      expect(encode([each])).toMatchObject({ codec: 'd' });
    }
    expect(encode([{ id: '\ud800"', price: 1.5, tags: ['new'], stock: { porto: null }, isNew: true }])).toMatchObject({ codec: 'j' });
  });

  test('compresses what is large and compressible, and nothing else', () => {
    const text = 'the same again and again, '.repeat(1_000);
    expect(encode(text)).toMatchObject({ codec: 'J' });
    expect(encode([text, 1n])).toMatchObject({ codec: 'D' });
    expect(encode(text).payload.length).toBeLessThan(text.length / 20);
    expect(encode('short')).toMatchObject({ codec: 'j' });
    expect(encode(1n)).toMatchObject({ codec: 'd' });
    expect(thereAndBack(text)).toBe(text);
  });

  test('rejects what would fill a function\'s memory, in both directions', () => {
    expect(() => encode('x'.repeat(17_000_000))).toThrow('more than 16777216');
    const bomb = zstdCompressSync(Buffer.alloc(64_000_000, ' '));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => decode('D', bomb)).toThrow();
    expect(() => decode('J', bomb)).toThrow();
  });

  test('rejects a property named __proto__, which is always an attack', () => {
    expect(() => encode(JSON.parse('{ "__proto__": 1 }'))).toThrow('__proto__');
  });

  test('rejects an unknown codec', () => {
    expect(() => decode('x', Buffer.from('[1]'))).toThrow("codec 'x' is unknown");
  });

  test('returns or throws for any bytes, without side effects', () => {
    const soup = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      // What looks like its own, with references, special types and lengths that are not right.
      fc.array(fc.oneof(
        fc.integer({ min: -10, max: 10 }),
        fc.constantFrom('Date', 'Map', 'Set', 'Object', 'RegExp', 'BigInt', 'Buffer', 'null', 'Uint8Array', '__proto__', 'constructor', 'ArrayBuffer'),
        fc.array(fc.oneof(fc.integer({ min: -10, max: 10 }), fc.constantFrom<unknown>('Date', 'Map', 'Set', 'BigInt', 'null', '__proto__', 'Float64Array', 1e9)), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', '__proto__', 'constructor'), fc.integer({ min: -10, max: 10 })),
      ), { maxLength: 6 }).map((data) => Buffer.from(JSON.stringify(data))),
    );
    const prototypes = [Object.prototype, Array.prototype, Function.prototype].map((prototype) => Reflect.ownKeys(prototype).length);
    fc.assert(fc.property(fc.constantFrom('j', 'd', 'J', 'D'), soup, (codec, bytes) => {
      try {
        decode(codec, Buffer.from(bytes));
      } catch (error) {
        return (error as Error).message.length > 0;
      }
      return true;
    }), { numRuns: 3_000 });
    expect([Object.prototype, Array.prototype, Function.prototype].map((prototype) => Reflect.ownKeys(prototype).length)).toEqual(prototypes);
  });
});
