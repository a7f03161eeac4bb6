import { checksum, CHECKSUM_LENGTH } from '../envelope.js';
import type { Stamp } from '../tier.js';

const { randomBytes } = process.getBuiltinModule('node:crypto');

/** An index that is longer forgets its groups: it travels with every answer. */
const MAX_BYTES = 4_096;

/** What was invalidated when, on one server. */
export interface InvalidationIndex {
  /** Unique in the world: its stamps have no order with those of any other index. */
  readonly epoch: string;
  /** The configuration of the cluster that it was begun under; 0 where there is no cluster. */
  readonly version: number;
  /** The number of the latest invalidation. */
  readonly latest: number;
  /** Entries with a smaller number are invalid. */
  readonly floor: number;
  readonly groups: ReadonlyMap<string, number>;
}

type Written = readonly [epoch: string, version: number, latest: number, floor: number, groups: readonly (readonly [string, number])[]];

/** Unique in the world: 72 random bits. */
export function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}

export function newIndex(version: number): InvalidationIndex {
  return { epoch: newEpoch(), version, latest: 1, floor: 1, groups: new Map() };
}

export function stampOf({ epoch }: InvalidationIndex, number: number): Stamp {
  return `${epoch}:${number}`;
}

/** The index after one more invalidation. It forgets its groups rather than grow: more is then invalid than was asked for, never less. */
export function invalidated(index: InvalidationIndex, groups: readonly string[]): InvalidationIndex {
  const latest = index.latest + 1;
  const grown = { ...index, latest, groups: new Map([...index.groups, ...groups.map((group) => [group, latest] as const)]) };
  return JSON.stringify(written(grown)).length > MAX_BYTES ? { ...index, latest, floor: latest, groups: new Map() } : grown;
}

/** The key is part of the checksum, as it is with entries. */
export function encodeIndex(key: string, index: InvalidationIndex): Buffer {
  const body = Buffer.from(JSON.stringify(written(index)));
  return Buffer.concat([Buffer.from(checksum(key, body)), body]);
}

/** The opposite; undefined where there is none that can be trusted. */
export function decodeIndex(key: string, bytes: Buffer | undefined): InvalidationIndex | undefined {
  const body = bytes?.subarray(CHECKSUM_LENGTH);
  if (bytes === undefined || body === undefined || bytes.toString('latin1', 0, CHECKSUM_LENGTH) !== checksum(key, body)) {
    return undefined;
  }
  const fields = parse(body);
  if (!isWritten(fields)) {
    return undefined;
  }
  const [epoch, version, latest, floor, groups] = fields;
  return { epoch, version, latest, floor, groups: new Map(groups) };
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
  const [epoch, version, latest, floor, groups] = fields as unknown[];
  return typeof epoch === 'string' && [version, latest, floor].every(Number.isSafeInteger)
    && Array.isArray(groups) && groups.every((group) => Array.isArray(group) && typeof group[0] === 'string' && Number.isSafeInteger(group[1]));
}

function written({ epoch, version, latest, floor, groups }: InvalidationIndex): Written {
  return [epoch, version, latest, floor, [...groups]];
}
