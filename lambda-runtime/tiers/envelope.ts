import { decode, encode } from './codec.js';
import type { Stamp } from './tier.js';
import type { SharedEntry } from '../engine/shared.js';

const { crc32 } = process.getBuiltinModule('node:zlib');

/** Changes whenever older code could not read what is written. */
const FORMAT = 1;

/** Every value begins with an id of its own: who knows it can tell whether the value was replaced, without reading it all. */
export const ID_LENGTH = 12;

const NEW_LINE = 10;

/** What is larger holds a server up for too long; some take less. */
export const MAX_BYTES = 1024 * 1024;

/** An entry as it is stored, and the latest invalidation that it knows of. */
export interface Envelope {
  readonly entry: SharedEntry;
  readonly stamp: Stamp;
}

/** Format, codec, stamp, times and tags: what is needed before the value is. */
type Header = readonly [format: number, codec: string, stamp: Stamp, storedAt: number, freshUntil: number, tags: readonly string[]];

/**
 * The bytes of an entry: its id, a checksum, the header as JSON, a new line, and the value.
 *
 * The key is part of the checksum. A reply that belongs to another key, on a connection that lost its step, is not
 * read as an answer.
 *
 * @throws if the entry is too large
 */
export function seal(key: string, { entry, stamp }: Envelope, maxBytes = MAX_BYTES): Buffer {
  const { codec, payload } = encode(entry.validator === undefined ? [entry.value] : [entry.value, entry.validator]);
  const header: Header = [FORMAT, codec, stamp, entry.storedAt, entry.freshUntil, entry.tags];
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), payload]);
  return checkSize(Buffer.concat([Buffer.from(newId() + checksum(key, body)), body]), maxBytes);
}

/**
 * The opposite; undefined where the entry was invalidated.
 *
 * @throws if the bytes are not an entry of this key, or are of another version
 */
export function open(key: string, bytes: Buffer): Envelope | undefined {
  checkSize(bytes);
  const body = bytes.subarray(ID_LENGTH + CHECKSUM_LENGTH);
  if (bytes.toString('latin1', ID_LENGTH, ID_LENGTH + CHECKSUM_LENGTH) !== checksum(key, body)) {
    throw new Error('it is damaged, or nothing that this library wrote');
  }
  if (body.length === 0) {
    return undefined;
  }
  const end = body.indexOf(NEW_LINE);
  const [format, codec, stamp, storedAt, freshUntil, tags] = JSON.parse(body.toString('utf8', 0, end)) as Header;
  if (format !== FORMAT) {
    throw new Error(`it has format ${String(format)}, and this code reads ${FORMAT}`);
  }
  if (typeof stamp !== 'string' || !Number.isFinite(storedAt) || !Number.isFinite(freshUntil) || !isTexts(tags)) {
    throw new Error('its header is not one');
  }
  const data = decode(codec, body.subarray(end + 1));
  if (!Array.isArray(data)) {
    throw new Error('its value is not one');
  }
  return { entry: { value: data[0], validator: data[1], storedAt, freshUntil, tags }, stamp };
}

/** What takes the place of an entry that was invalidated: whoever loaded it before finds that it was replaced. */
export function tombstone(key: string): Buffer {
  return Buffer.from(newId() + checksum(key, Buffer.alloc(0)));
}

/** The id of whatever is stored; of nothing, nothing. */
export function idOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('latin1', 0, ID_LENGTH);
}

function checkSize(bytes: Buffer, maxBytes = MAX_BYTES): Buffer {
  if (bytes.length > maxBytes) {
    throw new Error(`its ${bytes.length} bytes are more than ${maxBytes}`);
  }
  return bytes;
}

export const CHECKSUM_LENGTH = 8;

/** Of bytes under a key: those of another key are not taken for them. */
export function checksum(key: string, body: Buffer): string {
  return crc32(body, crc32(key)).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

function isTexts(tags: unknown): tags is readonly string[] {
  return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
}

/** Unique in the world: 72 random bits. */
function newId(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url');
}
