import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { FUZZ_TIMEOUT, fuzz, mutated } from './fuzz';
import { decodeEntry, encodeEntry, type Envelope, ID_LENGTH } from '../../lambda-runtime/shared/envelope.js';
import { decode, encode } from '../../lambda-runtime/values/codec.js';
import { snapshot } from '../../lambda-runtime/values/snapshot.js';
import { build, plan } from '../runtime/values/plain-data.js';

/** Bytes in a shared tier: damaged, from other software, or malicious. They are decoded, or they are an error and thereby a miss. */

const KEY = 'shop:2:product::("a")';
const CHECKSUM_END = ID_LENGTH + 8;

// Objects with a field named __proto__ are not shared (devalue refuses them).
const value = plan.map((from) => build(from)).filter((built) => attempt(() => encode(built)) !== undefined);
const entry = fc.record({
  value: fc.oneof(value, fc.tuple(value, fc.string({ minLength: 2_000, maxLength: 5_000 }))),
  validator: fc.option(fc.string(), { nil: undefined }),
  storedAt: fc.nat(),
  freshUntil: fc.nat(),
  staleWhileRevalidateMs: fc.nat(),
  staleIfErrorMs: fc.nat(),
  tags: fc.array(fc.string(), { maxLength: 3 }),
});
const encoded = entry.map((each) => encodeEntry(KEY, { entry: each, indexVersion: '1764000000000000' }));

/** Whatever is thrown must be an error, and nothing else may have happened. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    expect(error).toHaveProperty('message', expect.any(String));
    return undefined;
  }
}

function expectToBeUsable(envelope: Envelope | 'tombstone' | undefined): void {
  if (typeof envelope === 'object') {
    const { storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags } = envelope.entry;
    expect([storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs].every(Number.isFinite)).toBe(true);
    expect(envelope.indexVersion).toMatch(/^(?:[\w-]+:)?\d+$/);
    expect(tags.every((tag) => typeof tag === 'string')).toBe(true);
    // What the memory does with it before any caller sees it.
    attempt(() => snapshot(envelope.entry.value));
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

/** Somebody who can write there can also compute a checksum: what is behind it must hold by itself. */
function withRightChecksum(bytes: Buffer): Buffer {
  const body = bytes.subarray(CHECKSUM_END);
  return Buffer.concat([Buffer.from('x'.repeat(ID_LENGTH) + crc32(body, crc32(KEY)).toString(16).padStart(8, '0')), body]);
}

test('a damaged entry is not decoded', () => {
  fuzz(mutated(encoded), ([before, after]) => {
    if (!before.subarray(ID_LENGTH).equals(after.subarray(ID_LENGTH))) {
      expect(() => decodeEntry(KEY, after)).toThrow();
    }
  });
}, FUZZ_TIMEOUT);

test('an entry that was tampered with is rejected, or has times, tags and a value', () => {
  fuzz(mutated(encoded), ([, after]) => expectToBeUsable(attempt(() => decodeEntry(KEY, withRightChecksum(after)))));
}, FUZZ_TIMEOUT);

test('any body is rejected, or has times, tags and a value', () => {
  const time = fc.oneof(fc.nat(), fc.jsonValue());
  const fields = fc.tuple(fc.oneof(fc.constantFrom('17', 'epoch:17'), fc.jsonValue()), time, time, time, time, fc.oneof(fc.array(fc.string()), fc.jsonValue()), fc.jsonValue());
  const body = fc.oneof(fields.map((each) => JSON.stringify(each)), fc.json(), flattened.map((all) => JSON.stringify(all)), fc.string({ unit: 'binary' }));
  fuzz(fc.tuple(fc.constantFrom('j', 'd', 'J', 'D', 't', 'x'), body), ([codec, payload]) => {
    const bytes = Buffer.concat([Buffer.alloc(CHECKSUM_END), Buffer.from(codec + payload)]);
    expectToBeUsable(attempt(() => decodeEntry(KEY, withRightChecksum(bytes))));
  });
}, FUZZ_TIMEOUT);

/** What devalue writes: a list of values, which refer to each other by number. */
const reference = fc.oneof(fc.nat(6), fc.integer({ min: -8, max: -1 }));
const flattened = fc.array(fc.oneof(
  fc.array(reference, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom('a', '__proto__', 'constructor', 'length'), reference),
  fc.tuple(fc.constantFrom('Date', 'Map', 'Set', 'Buffer', 'BigInt', 'Object', 'null', 'RegExp', 'ArrayBuffer', 'Uint8Array', 'URL', 'toString'), fc.oneof(reference, fc.string())),
  fc.string(), fc.double(), fc.constant(null), fc.boolean(),
), { minLength: 1, maxLength: 7 });

test('a payload that refers to itself, to nothing or to the language\'s own objects is harmless', () => {
  fuzz(flattened, (all) => {
    const decoded = attempt(() => decode('d', Buffer.from(JSON.stringify(all))));
    attempt(() => snapshot(decoded));
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
}, FUZZ_TIMEOUT);

test('edited compressed bytes are rejected, or decoded within bounds', () => {
  const compressed = fc.string({ minLength: 3_000, maxLength: 9_000, unit: fc.constantFrom('a', 'b', 'c') }).map((text) => encode([text]).payload);
  fuzz(mutated(compressed), ([, after]) => void attempt(() => decode('D', after)));
}, FUZZ_TIMEOUT);
