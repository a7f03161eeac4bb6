import { decode, encode } from './codec.js';
import { isStamp, type Stamp } from './tier.js';
import type { SharedEntry } from '../engine/shared.js';

const { crc32 } = process.getBuiltinModule('node:zlib');

/** Every stored value begins with an id of its own, by which one can see that it was replaced, without reading it all. */
export const ID_LENGTH = 12;

export const CHECKSUM_LENGTH = 8;

const HEAD_LENGTH = ID_LENGTH + CHECKSUM_LENGTH;

/** In the place of a codec: an invalidated key has nothing to decode. */
const TOMBSTONE = 't';

/** What is larger holds a server up for too long; some take less. */
export const MAX_BYTES = 1024 * 1024;

/** An entry as it is stored, and the latest invalidation that was known when its load began. */
export interface Envelope {
  readonly entry: SharedEntry;
  readonly stamp: Stamp;
}

/** All of an envelope in one list, so that it is encoded, compressed and parsed once; the last is left out where there is none. */
type Body = readonly [
  stamp: Stamp, storedAt: number, freshUntil: number, staleWhileRevalidateMs: number, staleIfErrorMs: number, tags: readonly string[],
  value: unknown, validator?: unknown,
];

/**
 * The bytes of an entry: its id, a checksum, the codec's letter, and the rest as the codec writes it (docs/wire-format.md).
 *
 * The key is part of the checksum. A reply that belongs to another key, on a connection that lost its step, is not read as an answer.
 *
 * @throws Error if the entry is too large
 */
export function encodeEntry(key: string, { entry, stamp }: Envelope, maxBytes = MAX_BYTES, maxMemoryBytes = Infinity): Buffer {
  const { value, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags } = entry;
  const fields: Body = [stamp, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags, value];
  const { codec, payload } = encode(validator === undefined ? fields : [...fields, validator], maxMemoryBytes);
  return checkSize(envelope(key, codec, payload), maxBytes);
}

/**
 * The opposite.
 *
 * @throws Error if the bytes are not an entry of this key
 */
export function decodeEntry(key: string, bytes: Buffer, maxMemoryBytes = Infinity): Envelope | 'tombstone' {
  checkSize(bytes, MAX_BYTES);
  const checked = bytes.subarray(HEAD_LENGTH);
  if (checked.length === 0 || bytes.toString('latin1', ID_LENGTH, HEAD_LENGTH) !== checksum(key, checked)) {
    throw new Error('it is damaged, or nothing that this library wrote');
  }
  const codec = String.fromCharCode(checked[0]);
  if (codec === TOMBSTONE && checked.length === 1) {
    return 'tombstone';
  }
  const body = decode(codec, checked.subarray(1), maxMemoryBytes);
  if (!isBody(body)) {
    throw new Error('it has other fields than an entry');
  }
  const [stamp, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags, value, validator] = body;
  return { entry: { value, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags }, stamp };
}

/** What takes the place of an entry that was invalidated: a load that began before finds that the entry was replaced. */
export function tombstone(key: string): Buffer {
  return envelope(key, TOMBSTONE, Buffer.alloc(0));
}

/** The id of stored bytes; of nothing, ''. */
export function idOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('latin1', 0, ID_LENGTH);
}

/** Of bytes under a key: those of another key are not taken for them. */
export function checksum(key: string, bytes: Buffer): string {
  return crc32(bytes, crc32(key)).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

function envelope(key: string, letter: string, payload: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(HEAD_LENGTH), Buffer.from(letter), payload]);
  bytes.write(newId() + checksum(key, bytes.subarray(HEAD_LENGTH)), 'latin1');
  return bytes;
}

function checkSize(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length > maxBytes) {
    throw new Error(`its ${bytes.length} bytes are more than ${maxBytes}`);
  }
  return bytes;
}

/** The checksum keeps accidents out; whoever can write to the server can also compute one. */
function isBody(body: unknown): body is Body {
  if (!Array.isArray(body) || body.length < 7 || body.length > 8) {
    return false;
  }
  const [stamp, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags] = body as unknown[];
  return isStamp(stamp) && Number.isFinite(storedAt) && Number.isFinite(freshUntil)
    && isDuration(staleWhileRevalidateMs) && isDuration(staleIfErrorMs)
    && Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}

function isDuration(value: unknown): boolean {
  return Number.isFinite(value) && value as number >= 0;
}

/** Unique in the world: 72 random bits. */
function newId(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url');
}
