import type { IndexVersion } from './change-log.js';
import { isIndexVersion } from './tier.js';
import type { SharedEntry, VersionToken } from '../engine/shared.js';
import { decode, encode, isJson } from '../values/codec.js';

const { crc32 } = process.getBuiltinModule('node:zlib');

/** Every stored value begins with a unique id, so that a replacement is detected without reading all of it. */
export const ID_LENGTH = 12;

export const CHECKSUM_LENGTH = 8;

const HEAD_LENGTH = ID_LENGTH + CHECKSUM_LENGTH;

/** The letter of a tombstone, which has no codec. */
const TOMBSTONE = 't';

/** A larger value blocks a server for too long; some servers accept less. */
export const MAX_BYTES = 1024 * 1024;

/** A stored entry, and the latest invalidation that was known when its load began. */
export interface Envelope {
  readonly entry: SharedEntry;
  readonly indexVersion: IndexVersion;
}

/** All fields of an envelope in one list, so that it is encoded, compressed and parsed once; the last is left out if it is absent. */
type Body = readonly [
  indexVersion: IndexVersion, storedAt: number, freshUntil: number, staleWhileRevalidateMs: number, staleIfErrorMs: number, tags: readonly string[],
  value: unknown, validator?: unknown,
];

/**
 * The bytes of an entry: its id, a checksum, the codec's letter, and the rest as the codec writes it (docs/wire-format.md).
 *
 * The key is part of the checksum, so that a reply for another key, on a connection that is out of step, is not accepted.
 *
 * @throws Error if the entry is too large
 */
export function encodeEntry(key: string, { entry, indexVersion }: Envelope, maxBytes = MAX_BYTES, maxMemoryBytes = Infinity): Buffer {
  const { value, validator, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags } = entry;
  const fields: Body = [indexVersion, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags, value];
  const { codec, payload } = encode(validator === undefined ? fields : [...fields, validator], maxMemoryBytes);
  return checkSize(envelope(key, codec, payload), maxBytes);
}

/** An entry as it was read. */
export interface ReadEnvelope extends Envelope {
  readonly entry: SharedEntry & { readonly version: VersionToken };
}

/**
 * Decodes the bytes of an entry.
 *
 * @throws Error if the bytes are not an entry of this key
 */
export function decodeEntry(key: string, bytes: Buffer, maxMemoryBytes = Infinity): ReadEnvelope | 'tombstone' {
  checkSize(bytes, MAX_BYTES);
  const head = bytes.toString('latin1', 0, HEAD_LENGTH);
  const checked = bytes.subarray(HEAD_LENGTH);
  if (checked.length === 0 || head.slice(ID_LENGTH) !== checksum(key, checked)) {
    throw new Error('it is damaged, or this library did not write it');
  }
  const codec = String.fromCharCode(checked[0]);
  if (codec === TOMBSTONE && checked.length === 1) {
    return 'tombstone';
  }
  const body = decode(codec, checked.subarray(1), maxMemoryBytes);
  if (!isBody(body)) {
    throw new Error('its fields are not those of an entry');
  }
  const [indexVersion, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags, value, validator] = body;
  return {
    entry: {
      value,
      isJson: isJson(codec),
      validator,
      storedAt,
      freshUntil,
      staleWhileRevalidateMs,
      staleIfErrorMs,
      tags,
      version: { id: head.slice(0, ID_LENGTH), indexVersion },
    },
    indexVersion,
  };
}

/** The tombstone of an invalidated entry: a load that began before the invalidation finds that the entry was replaced. */
export function tombstone(key: string): Buffer {
  return envelope(key, TOMBSTONE, Buffer.alloc(0));
}

/** The id of stored bytes; '' if there are none. */
export function idOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('latin1', 0, ID_LENGTH);
}

/** The checksum of bytes under a key, so that another key's bytes are not accepted. */
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

/** The checksum protects against accidents; anyone who can write to the server can also compute one. */
function isBody(body: unknown): body is Body {
  if (!Array.isArray(body) || body.length < 7 || body.length > 8) {
    return false;
  }
  const [indexVersion, storedAt, freshUntil, staleWhileRevalidateMs, staleIfErrorMs, tags] = body as unknown[];
  return isIndexVersion(indexVersion) && Number.isFinite(storedAt) && Number.isFinite(freshUntil)
    && isDuration(staleWhileRevalidateMs) && isDuration(staleIfErrorMs)
    && Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}

function isDuration(value: unknown): boolean {
  return Number.isFinite(value) && value as number >= 0;
}

/** Globally unique: 72 random bits. */
function newId(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url');
}
