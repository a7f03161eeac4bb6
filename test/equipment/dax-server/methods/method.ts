import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { ExpiringMap, ItemCache } from '../caches';
import type { CborValue } from '../cbor';
import type { Counts } from '../counts';
import type { Origin } from '../origin';
import type { AttributeLists } from '../protocol/attribute-lists';
import type { Item } from '../protocol/attribute-values';
import { encodeKey, type KeySchema } from '../protocol/keys';

/** A node of the cluster, as advertised to clients. */
export interface Endpoint {
  readonly port: number;
  readonly isLeader: boolean;
}

/** A method's context: its node's caches, and the state that the cluster's nodes share. */
export interface Services {
  readonly origin: Origin;
  readonly lists: AttributeLists;
  readonly counts: Counts;
  readonly itemCache: ItemCache;
  /** All nodes' item caches: a write through one node updates all of them. */
  readonly allItemCaches: readonly ItemCache[];
  readonly queryCache: ExpiringMap<QueryCommandOutput>;
  readonly endpoints: readonly Endpoint[];
}

/** A method that clients can call. */
export interface Method {
  readonly name: string;
  /** The number of values after its id. */
  readonly arity: number;
  /** @returns the encoded values after the success marker */
  readonly call: (parameters: readonly CborValue[], services: Services) => Promise<Buffer>;
}

/** An item's key in the item caches. */
export function cacheKey(table: string, item: Item, schema: KeySchema): string {
  return `${table}/${encodeKey(item, schema).toString('hex')}`;
}

/** Table names arrive as bytes, or as text if they are keys of a map. */
export function tableName(value: CborValue): string {
  return String(value);
}
