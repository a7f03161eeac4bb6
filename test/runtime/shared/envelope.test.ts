import fc from 'fast-check';
import { checksum, decodeEntry, encodeEntry, type Envelope, ID_LENGTH, idOf, MAX_BYTES, tombstone } from '../../../lambda-runtime/shared/envelope.js';
import { encode } from '../../../lambda-runtime/values/codec.js';

const KEY = 'shop:2:product::("a")';
const ENTRY = {
  value: { price: 1 }, validator: 'W/"7"', storedAt: 1_000, freshUntil: 61_000, staleWhileRevalidateMs: 5_000, staleIfErrorMs: 60_000, tags: ['catalogue', 'a b'],
};
const INDEX_VERSION = '1764000000000000';

describe('an entry as bytes', () => {
  test('keeps value, validator, times, stale windows, tags and version', () => {
    const read = (envelope: Envelope) => {
      const bytes = encodeEntry(KEY, envelope);
      return { decoded: decodeEntry(KEY, bytes), version: { id: idOf(bytes), indexVersion: envelope.indexVersion } };
    };
    const { decoded, version } = read({ entry: ENTRY, indexVersion: INDEX_VERSION });
    expect(decoded).toEqual({ entry: { ...ENTRY, isJson: true, version }, indexVersion: INDEX_VERSION });
    const bare = { value: undefined, validator: undefined, storedAt: 0, freshUntil: 1, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, tags: [] };
    const other = read({ entry: bare, indexVersion: 'epoch:7' });
    expect(other.decoded).toEqual({ entry: { ...bare, isJson: false, version: other.version }, indexVersion: 'epoch:7' });
  });

  test('has an id that no other has, even with the same content', () => {
    const ids = Array.from({ length: 1_000 }, () => idOf(encodeEntry(KEY, { entry: ENTRY, indexVersion: INDEX_VERSION })));
    expect(new Set([...ids, idOf(undefined), idOf(tombstone(KEY))]).size).toBe(1_002);
  });

  test('is not read under another key: a reply to another request is no answer', () => {
    expect(() => decodeEntry('shop:2:product::("b")', encodeEntry(KEY, { entry: ENTRY, indexVersion: INDEX_VERSION }))).toThrow('damaged');
    expect(() => decodeEntry('shop:2:product::("b")', tombstone(KEY))).toThrow('damaged');
  });

  test('that was invalidated is a tombstone', () => {
    expect(decodeEntry(KEY, tombstone(KEY))).toBe('tombstone');
  });

  test('larger than a server should carry is neither written nor read', () => {
    const random = Array.from({ length: 300_000 }, () => Math.random());
    expect(() => encodeEntry(KEY, { entry: { ...ENTRY, value: random }, indexVersion: INDEX_VERSION })).toThrow(`more than ${MAX_BYTES}`);
    expect(() => decodeEntry(KEY, Buffer.alloc(MAX_BYTES + 1))).toThrow('more than');
  });

  test('with any byte changed, cut off or added is never decoded', () => {
    const bytes = encodeEntry(KEY, { entry: ENTRY, indexVersion: INDEX_VERSION });
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] + change) % 256;
      // The id does not depend on the content, and a damaged one only fails to match.
      return at < 12 || throws(() => decodeEntry(KEY, damaged));
    }));
    fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => throws(() => decodeEntry(KEY, bytes.subarray(0, length)))));
    expect(throws(() => decodeEntry(KEY, Buffer.concat([bytes, Buffer.from(' ')])))).toBe(true);
    expect(throws(() => decodeEntry(KEY, Buffer.concat([tombstone(KEY), Buffer.from(' ')])))).toBe(true);
  });

  test('always has a checksum of eight digits', () => {
    for (let number = 0; number < 200; number++) {
      const key = `${KEY}${number}`;
      const bytes = encodeEntry(key, { entry: ENTRY, indexVersion: INDEX_VERSION });
      expect(checksum(key, bytes)).toMatch(/^[0-9a-f]{8}$/);
      expect(decodeEntry(key, bytes)).toMatchObject({ entry: ENTRY, indexVersion: INDEX_VERSION });
    }
  });

  test('of exactly the largest size is written and read', () => {
    const entry = { entry: ENTRY, indexVersion: INDEX_VERSION };
    const bytes = encodeEntry(KEY, entry);
    expect(decodeEntry(KEY, encodeEntry(KEY, entry, bytes.length))).toMatchObject(entry);
    expect(throws(() => encodeEntry(KEY, entry, bytes.length - 1))).toBe(true);
  });

  test.each([
    ['stamp', 0, 7], ['stamp', 0, 'x'],
    ['storedAt', 1, '1'], ['storedAt', 1, NaN],
    ['freshUntil', 2, null], ['freshUntil', 2, Infinity],
    ['staleWhileRevalidateMs', 3, '1'], ['staleWhileRevalidateMs', 3, -1], ['staleWhileRevalidateMs', 3, NaN],
    ['staleIfErrorMs', 4, true], ['staleIfErrorMs', 4, -1],
    ['tags', 5, 'catalogue'], ['tags', 5, [1]], ['tags', 5, ['catalogue', null]],
  ])('with a %s (field %i) that is %j is rejected, though its checksum is right', (_, field, value) => {
    const fields: readonly unknown[] = [INDEX_VERSION, 1_000, 61_000, 5_000, 60_000, ['catalogue'], 'value'];
    expect(decodeEntry(KEY, bytesOf(fields))).toMatchObject({ indexVersion: INDEX_VERSION, entry: { value: 'value' } });
    expect(() => decodeEntry(KEY, bytesOf(fields.with(field, value)))).toThrow('not those of an entry');
  });

  test('with too few fields, too many, or none is rejected', () => {
    const fields = [INDEX_VERSION, 1_000, 61_000, 5_000, 60_000, [], 'value', 'validator'];
    expect(decodeEntry(KEY, bytesOf(fields))).toMatchObject({ entry: { validator: 'validator' } });
    for (const other of [fields.slice(0, 6), [...fields, 'more'], [], { length: 7 }, 'a text', null]) {
      expect(() => decodeEntry(KEY, bytesOf(other))).toThrow('not those of an entry');
    }
  });

  test('has no id if there are no bytes', () => {
    expect(idOf(undefined)).toBe('');
    expect(idOf(tombstone(KEY))).toHaveLength(ID_LENGTH);
  });

  test('with random content is rejected', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => throws(() => decodeEntry(KEY, Buffer.from(bytes)))));
  });
});

/** What other software with write access to the server may put there. */
function bytesOf(body: unknown): Buffer {
  const { codec, payload } = encode(body);
  const checked = Buffer.concat([Buffer.from(codec), payload]);
  return Buffer.concat([Buffer.from('-'.repeat(ID_LENGTH) + checksum(KEY, checked)), checked]);
}

function throws(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}
