import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expectSameShape, graph, objectsIn, vandalize } from './object-graphs.js';
import { build, cycle, plan, unsupportedValues } from './plain-data.js';
import { toCaller, toMutableCopy, snapshot } from '../../../lambda-runtime/values/snapshot.js';

/** Makes values of equal content; each call makes new objects. */
const anyData: fc.Arbitrary<() => unknown> = fc.oneof(graph, plan.map((each) => () => build(each)));

/** What Object.freeze cannot protect. */
const isUnfreezable = (object: object) =>
  object instanceof Date || object instanceof Map || object instanceof Set || object instanceof ArrayBuffer || ArrayBuffer.isView(object);

describe('a stored value', () => {
  test('has the content, types and references of the original', () => {
    fc.assert(fc.property(anyData, (make) => {
      const original = make();
      expectSameShape(original, snapshot(original).value);
    }), { numRuns: 300 });
  });

  test('shares no object with the original', () => {
    fc.assert(fc.property(anyData, (make) => {
      const original = make();
      const ofOriginal = objectsIn(original);
      expect([...objectsIn(snapshot(original).value)].filter((object) => ofOriginal.has(object))).toEqual([]);
    }), { numRuns: 200 });
  });

  test('does not change when the original does, and leaves the original as it is', () => {
    fc.assert(fc.property(anyData, (make) => {
      const original = make();
      const stored = snapshot(original);
      expectSameShape(make(), original);
      expect([...objectsIn(original)].filter((object) => Object.isFrozen(object) && Object.keys(object).length > 0)).toEqual([]);
      vandalize(original);
      expectSameShape(make(), stored.value);
    }), { numRuns: 200 });
  });

  test('is frozen as deeply as JavaScript allows, and reports whether that is complete', () => {
    fc.assert(fc.property(anyData, (make) => {
      const stored = snapshot(make());
      const objects = [...objectsIn(stored.value)];
      expect(objects.filter((object) => !isUnfreezable(object) && !Object.isFrozen(object))).toEqual([]);
      expect(stored.frozen).toBe(!objects.some(isUnfreezable));
    }), { numRuns: 300 });
  });

  test('keeps a property named __proto__ a property', () => {
    const stored = snapshot(JSON.parse('{"__proto__": {"isAdmin": true}, "id": 1}')).value as { isAdmin?: boolean };
    expect(Object.keys(stored)).toEqual(['__proto__', 'id']);
    expect(stored.isAdmin).toBeUndefined();
  });

  test('keeps holes in arrays holes', () => {
    const stored = snapshot([, 1, , undefined]).value as unknown[]; // eslint-disable-line no-sparse-arrays
    expect(stored).toHaveLength(4);
    expect(Object.keys(stored)).toEqual(['1', '3']);
  });

  test.each<[string, number, (index: number) => boolean]>([
    ['few elements', 10_000, (index) => index === 0 || index === 9_999],
    ['elements at its start alone', 40_000, (index) => index < 500],
    ['elements wherever it might be probed', 64_000, (index) => index % 1_000 === 0],
    ['an element in every twentieth place', 20_000, (index) => index % 20 === 7],
    ['few holes', 2_000, (index) => index % 20 !== 7],
    ['no element', 2_000, () => false],
  ])('keeps the elements and holes of a long array with %s', (_, length, isThere) => {
    const original: unknown[] = [];
    original.length = length;
    for (let index = 0; index < length; index++) {
      if (isThere(index)) {
        original[index] = { index };
      }
    }
    const stored = snapshot(original).value as unknown[];
    expect(stored).toHaveLength(length);
    expect(Object.entries(stored)).toEqual(Object.entries(original));
  });

  test('keeps an object that contains itself', () => {
    const original = cycle();
    expectSameShape(original, snapshot(original).value);
  });

  test.each(Object.entries(unsupportedValues()))('cannot be made of %s', (_, value) => {
    expect(() => snapshot(value)).toThrow();
    expect(() => snapshot([{ nested: value }])).toThrow();
    expect(() => snapshot(new Map([['key', value]]))).toThrow();
    expect(() => snapshot(new Set([value]))).toThrow();
  });

  test('can be made of data from another realm, such as vm or jest', () => {
    const foreign = runInNewContext(`({
      list: [1, { a: 2 }], date: new Date(5), map: new Map([[1, new Set([2])]]), floats: new Float64Array([1.5]), buffer: new Uint8Array([1, 2, 3]).buffer,
    })`) as Record<string, never>;
    const stored = snapshot(foreign).value as { list: unknown; date: Date; map: Map<number, Set<number>>; floats: Float64Array; buffer: ArrayBuffer };
    expect(stored.list).toEqual([1, { a: 2 }]);
    expect(stored.date.getTime()).toBe(5);
    expect([...stored.map.get(1)!]).toEqual([2]);
    expect([...stored.floats]).toEqual([1.5]);
    expect([...new Uint8Array(stored.buffer)]).toEqual([1, 2, 3]);
  });

  test('of a view has the view\'s bytes, not the whole buffer\'s', () => {
    const large = Buffer.alloc(10_000, 7);
    for (const view of [large.subarray(10, 20), new Uint8Array(large.buffer, 10, 10), new DataView(large.buffer, 10, 10)]) {
      const stored = snapshot(view).value as Uint8Array;
      expect(stored.byteLength).toBe(10);
      expect(stored.buffer.byteLength).toBe(10);
    }
  });

  test('of a small Buffer does not keep Node.js\'s buffer pool alive', () => {
    const stored = snapshot(Buffer.from('a session token')).value as Buffer;
    expect(stored.toString()).toBe('a session token');
    expect(stored.buffer.byteLength).toBe(15);
  });

  test('keeps every string unchanged, including lone surrogates', () => {
    const unit = fc.oneof(fc.nat(0xff), fc.nat(0xffff), fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff));
    fc.assert(fc.property(fc.array(unit, { maxLength: 40, size: 'max' }), (units) => {
      const text = String.fromCharCode(...units);
      expect(snapshot(text).value).toBe(text);
    }), { numRuns: 300 });
  });
});

describe('a caller\'s value', () => {
  test('is the same object for all if it is completely frozen', () => {
    const stored = snapshot({ id: 1, tags: ['a'] });
    expect(toCaller(stored)).toBe(toCaller(stored));
  });

  test('is the primitive itself', () => {
    for (const value of ['text', 0, -0, NaN, 1n, true, null, undefined]) {
      expect(Object.is(toCaller(snapshot(value)), value)).toBe(true);
    }
  });

  test('equals the original, whatever an earlier caller did to its own', () => {
    fc.assert(fc.property(anyData, fc.constantFrom(toCaller, toMutableCopy), (make, giveTo) => {
      const stored = snapshot(make());
      vandalize(giveTo(stored));
      expectSameShape(make(), giveTo(stored));
    }), { numRuns: 300 });
  });

  test('shares nothing mutable with another caller\'s', () => {
    fc.assert(fc.property(anyData, (make) => {
      const stored = snapshot(make());
      const first = objectsIn(toCaller(stored));
      expect([...objectsIn(toCaller(stored))].filter((object) => first.has(object) && isUnfreezable(object))).toEqual([]);
    }), { numRuns: 200 });
  });

  test('throws when the caller changes it', () => {
    const product = toCaller(snapshot({ price: 1, tags: ['a'], sizes: new Map([['s', { stock: 1 }]]) })) as {
      price: number; tags: string[]; sizes: Map<string, { stock: number }>;
    };
    expect(() => product.price++).toThrow(TypeError);
    expect(() => product.tags.push('b')).toThrow(TypeError);
    expect(() => product.sizes.get('s')!.stock++).toThrow(TypeError);
  });

  test('may be changed anywhere if the cache is mutable', () => {
    fc.assert(fc.property(anyData, (make) => {
      const copy = toMutableCopy(snapshot(make()));
      expect([...objectsIn(copy)].filter((object) => !Object.isExtensible(object))).toEqual([]);
      expect(objectsIn(copy).size).toBe(objectsIn(make()).size);
    }), { numRuns: 200 });
  });
});
