import type { IndexVersion } from '../../shared/change-log.js';
import { checksum, CHECKSUM_LENGTH } from '../../shared/envelope.js';

/** A longer index drops its index tags, since it is part of every reply. */
const MAX_BYTES = 4_096;

/** The invalidation index of one server. */
export interface InvalidationIndex {
  /** Globally unique: its versions have no order with those of any other index. */
  readonly epoch: string;
  /** The version of the cluster's configuration when it was created; 0 if there is no cluster. */
  readonly version: number;
  /** The number of the latest invalidation. */
  readonly latest: number;
  /** Entries with a smaller number are invalid. */
  readonly lowWaterMark: number;
  readonly indexTags: ReadonlyMap<string, number>;
}

type Written = readonly [epoch: string, version: number, latest: number, lowWaterMark: number, indexTags: readonly (readonly [string, number])[]];

/** Globally unique: 72 random bits. */
export function newEpoch(): string {
  // Loaded on demand: only the environment that creates the index needs it.
  return process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url');
}

export function newIndex(version: number): InvalidationIndex {
  return { epoch: newEpoch(), version, latest: 1, lowWaterMark: 1, indexTags: new Map() };
}

export function versionOf({ epoch }: InvalidationIndex, number: number): IndexVersion {
  return `${epoch}:${number}`;
}

/** The index after one more invalidation. It drops its index tags instead of growing: then more is invalid than requested, never less. */
export function invalidated(index: InvalidationIndex, indexTags: readonly string[]): InvalidationIndex {
  const latest = index.latest + 1;
  const grown = { ...index, latest, indexTags: new Map([...index.indexTags, ...indexTags.map((indexTag) => [indexTag, latest] as const)]) };
  return JSON.stringify(written(grown)).length > MAX_BYTES ? { ...index, latest, lowWaterMark: latest, indexTags: new Map() } : grown;
}

/** The key is part of the checksum, as with entries. */
export function encodeIndex(key: string, index: InvalidationIndex): Buffer {
  const body = Buffer.from(JSON.stringify(written(index)));
  return Buffer.concat([Buffer.from(checksum(key, body)), body]);
}

/** Parses an index; undefined if it cannot be trusted. */
export function decodeIndex(key: string, bytes: Buffer | undefined): InvalidationIndex | undefined {
  const body = bytes?.subarray(CHECKSUM_LENGTH);
  if (bytes === undefined || body === undefined || bytes.toString('latin1', 0, CHECKSUM_LENGTH) !== checksum(key, body)) {
    return undefined;
  }
  const fields = parse(body);
  if (!isWritten(fields)) {
    return undefined;
  }
  const [epoch, version, latest, lowWaterMark, indexTags] = fields;
  return { epoch, version, latest, lowWaterMark, indexTags: new Map(indexTags) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isWritten(fields: unknown): fields is Written {
  if (!Array.isArray(fields) || fields.length !== 5) {
    return false;
  }
  const [epoch, version, latest, lowWaterMark, indexTags] = fields as unknown[];
  return typeof epoch === 'string' && [version, latest, lowWaterMark].every(Number.isSafeInteger)
    && Array.isArray(indexTags) && indexTags.every((indexTag) => Array.isArray(indexTag) && typeof indexTag[0] === 'string' && Number.isSafeInteger(indexTag[1]));
}

function written({ epoch, version, latest, lowWaterMark, indexTags }: InvalidationIndex): Written {
  return [epoch, version, latest, lowWaterMark, [...indexTags]];
}
