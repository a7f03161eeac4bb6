import fc from 'fast-check';
import { parseConfiguration } from '../../../../lambda-runtime/stores/memcached/configuration.js';
import { decodeIndex, encodeIndex, invalidated, newIndex } from '../../../../lambda-runtime/stores/memcached/invalidation-index.js';
import { safeKey } from '../../../../lambda-runtime/stores/memcached/safe-key.js';

const KEY = 'shop:2:@';

describe('the invalidation index on a Memcached server', () => {
  test('is read as it was written, whatever the tags\' names', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 10 }), (invalidations) => {
      const index = invalidations.reduce(invalidated, newIndex(7));
      expect(decodeIndex(KEY, encodeIndex(KEY, index))).toEqual(index);
    }));
  });

  test('stays short, and never loses an invalidation', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), { maxLength: 60 }), (invalidations) => {
      let index = newIndex(0);
      for (const indexTags of invalidations) {
        const before = index;
        index = invalidated(index, indexTags);
        expect(index.latest).toBe(before.latest + 1);
        expect(indexTags.every((indexTag) => (index.indexTags.get(indexTag) ?? index.lowWaterMark) === index.latest)).toBe(true);
        for (const [indexTag, number] of before.indexTags) {
          expect(Math.max(index.indexTags.get(indexTag) ?? 0, index.lowWaterMark)).toBeGreaterThanOrEqual(number);
        }
        expect(encodeIndex(KEY, index).length).toBeLessThan(3 * 4_096);
      }
    }));
  });

  test('is rejected under another key, or if it is damaged', () => {
    const bytes = encodeIndex(KEY, newIndex(0));
    expect(decodeIndex('other:2:@', bytes)).toBeUndefined();
    expect(decodeIndex(KEY, undefined)).toBeUndefined();
    expect(decodeIndex(KEY, Buffer.alloc(0))).toBeUndefined();
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = 0xff - damaged[at];
      expect(decodeIndex(KEY, damaged)).toBeUndefined();
    }
  });
});

test('nodes are in the same order for every environment, by their names, or by their addresses if they have none', () => {
  expect(parseConfiguration(Buffer.from('12\nb.example|10.0.0.2|11211 a.example|10.0.0.1|11211 |10.0.0.3|11400\n'))).toEqual({
    version: 12,
    nodes: [{ host: 'a.example', port: 11211 }, { host: 'b.example', port: 11211 }, { host: '10.0.0.3', port: 11400 }],
  });
  for (const said of ['', '\n', 'x\na|b|1', '1\n', '1\na|b', '1\na|b|x']) {
    expect(() => parseConfiguration(Buffer.from(said))).toThrow('it replied about its nodes');
  }
});

test('a key is unchanged if Memcached allows it, else a hash that equals no other key', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (one, other) => {
    const [safeOne, safeOther] = [`a:${one}`, `a:${other}`].map(safeKey);
    expect(safeOne).toMatch(/^[!-~]{1,250}$/);
    expect(safeOne === safeOther).toBe(one === other);
  }));
  expect(safeKey('shop:2:product::1')).toBe('shop:2:product::1');
  expect(safeKey(`shop:2:product::${'x'.repeat(300)}`)).toMatch(/^[\w-]{43}$/);
});
