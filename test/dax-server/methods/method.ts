import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { ExpiringMap, ItemCache } from '../caches';
import type { CborValue } from '../cbor';
import type { Counts } from '../counts';
import type { Origin } from '../origin';
import type { AttributeLists } from '../protocol/attribute-lists';
import type { Item } from '../protocol/attribute-values';
import { encodeKey, type KeySchema } from '../protocol/keys';

/** A node of the cluster, as clients are told of it. */
export interface Endpoint {
  readonly port: number;
  readonly isLeader: boolean;
}

/** What a method works on: its node's caches, and what the cluster's nodes share. */
export interface Services {
  readonly origin: Origin;
  readonly lists: AttributeLists;
  readonly counts: Counts;
  readonly itemCache: ItemCache;
  /** What is written through one node is in all nodes' item caches. */
  readonly allItemCaches: readonly ItemCache[];
  readonly queryCache: ExpiringMap<QueryCommandOutput>;
  readonly endpoints: readonly Endpoint[];
}

/** What clients can ask for. */
export interface Method {
  readonly name: string;
  /** How many values follow its id. */
  readonly arity: number;
  /** @returns what follows the mark of success, encoded */
  readonly call: (parameters: readonly CborValue[], services: Services) => Promise<Buffer>;
}

/** What an item is called in the item caches. */
export function cacheKey(table: string, item: Item, schema: KeySchema): string {
  return `${table}/${encodeKey(item, schema).toString('hex')}`;
}

/** Names of tables arrive as bytes, or as text where they are the keys of a map. */
export function tableName(value: CborValue): string {
  return String(value);
}
