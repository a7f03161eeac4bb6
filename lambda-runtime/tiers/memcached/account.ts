import { checksum, CHECKSUM_LENGTH } from '../envelope.js';
import type { Stamp } from '../tier.js';

const { randomBytes } = process.getBuiltinModule('node:crypto');

/** An account that is longer forgets its groups: it travels with every answer. */
const MAX_BYTES = 4_096;

/** What was invalidated when, on one server. */
export interface Account {
  /** Unique in the world: its stamps have no order with those of any other account. */
  readonly id: string;
  /** The configuration of the cluster that it was begun under; 0 where there is no cluster. */
  readonly version: number;
  /** The number of the latest invalidation. */
  readonly latest: number;
  /** Whatever bears a smaller number is invalid. */
  readonly floor: number;
  readonly groups: ReadonlyMap<string, number>;
}

type Written = readonly [id: string, version: number, latest: number, floor: number, groups: (readonly [string, number])[]];

export function newAccount(version: number): Account {
  return { id: randomBytes(9).toString('base64url'), version, latest: 1, floor: 1, groups: new Map() };
}

export function stampOf({ id }: Account, number: number): Stamp {
  return `${id}:${number}`;
}

/** The account after one more invalidation. It forgets its groups rather than grow: more is then invalid than was asked for, never less. */
export function invalidated(account: Account, groups: readonly string[]): Account {
  const latest = account.latest + 1;
  const grown = { ...account, latest, groups: new Map([...account.groups, ...groups.map((group) => [group, latest] as const)]) };
  return JSON.stringify(written(grown)).length > MAX_BYTES ? { ...account, latest, floor: latest, groups: new Map() } : grown;
}

/** The key is part of the checksum, as it is with entries. */
export function sealAccount(key: string, account: Account): Buffer {
  const body = Buffer.from(JSON.stringify(written(account)));
  return Buffer.concat([Buffer.from(checksum(key, body)), body]);
}

/** The opposite; undefined where there is none that can be trusted. */
export function openAccount(key: string, bytes: Buffer | undefined): Account | undefined {
  const body = bytes?.subarray(CHECKSUM_LENGTH);
  if (bytes === undefined || body === undefined || bytes.toString('latin1', 0, CHECKSUM_LENGTH) !== checksum(key, body)) {
    return undefined;
  }
  const [id, version, latest, floor, groups] = JSON.parse(body.toString()) as Written;
  return { id, version, latest, floor, groups: new Map(groups) };
}

function written({ id, version, latest, floor, groups }: Account): Written {
  return [id, version, latest, floor, [...groups]];
}
