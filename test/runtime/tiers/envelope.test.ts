import fc from 'fast-check';
import { idOf, MAX_BYTES, open, seal, tombstone } from '../../../lambda-runtime/tiers/envelope.js';

const KEY = 'shop:product::("a")';
const ENTRY = { value: { price: 1 }, validator: 'W/"7"', storedAt: 1_000, freshUntil: 61_000, tags: ['catalogue', 'a b'] };
const STAMP = '1764000000000000';

describe('an entry as bytes', () => {
  test('keeps value, validator, times, tags and stamp', () => {
    expect(open(KEY, seal(KEY, { entry: ENTRY, stamp: STAMP }))).toEqual({ entry: ENTRY, stamp: STAMP });
    const bare = { value: undefined, validator: undefined, storedAt: 0, freshUntil: 1, tags: [] };
    expect(open(KEY, seal(KEY, { entry: bare, stamp: STAMP }))).toEqual({ entry: bare, stamp: STAMP });
  });

  test('has an id that no other has, even with the same content', () => {
    const ids = Array.from({ length: 1_000 }, () => idOf(seal(KEY, { entry: ENTRY, stamp: STAMP })));
    expect(new Set([...ids, idOf(undefined), idOf(tombstone(KEY))]).size).toBe(1_002);
  });

  test('is not opened under another key: a reply that belongs to another question is no answer', () => {
    expect(() => open('shop:product::("b")', seal(KEY, { entry: ENTRY, stamp: STAMP }))).toThrow('damaged');
    expect(() => open('shop:product::("b")', tombstone(KEY))).toThrow('damaged');
  });

  test('of an older or newer version of this library is not opened', () => {
    const bytes = seal(KEY, { entry: ENTRY, stamp: STAMP });
    const newer = Buffer.from(bytes.toString('latin1').replace('[1,', '[2,'), 'latin1');
    expect(() => open(KEY, newer)).toThrow();
  });

  test('that was invalidated is none', () => {
    expect(open(KEY, tombstone(KEY))).toBeUndefined();
  });

  test('larger than a server should have to carry is not made, and not read', () => {
    const random = Array.from({ length: 300_000 }, () => Math.random());
    expect(() => seal(KEY, { entry: { ...ENTRY, value: random }, stamp: STAMP })).toThrow(`more than ${MAX_BYTES}`);
    expect(() => open(KEY, Buffer.alloc(MAX_BYTES + 1))).toThrow('more than');
  });

  test('with any byte changed, cut off or added is never taken for an entry', () => {
    const bytes = seal(KEY, { entry: ENTRY, stamp: STAMP });
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] + change) % 256;
      // The id says nothing about the content, and a damaged one only fails to match.
      return at < 12 || throws(() => open(KEY, damaged));
    }));
    fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => throws(() => open(KEY, bytes.subarray(0, length)))));
    expect(throws(() => open(KEY, Buffer.concat([bytes, Buffer.from(' ')])))).toBe(true);
  });

  test('made of anything at all is opened as an entry or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => throws(() => open(KEY, Buffer.from(bytes)))));
  });
});

function throws(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}
