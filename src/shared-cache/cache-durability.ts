/**
 * Whether a replication group keeps its entries when its nodes fail (ElastiCache, Durability). Decided when the group is made: ElastiCache
 * changes SYNC to ASYNC and back, and nothing else.
 *
 * Nothing in a cache is the only copy, so it only spares the origin the loads after a failure.
 */
export enum CacheDurability {
  /** Writes are logged in several availability zones after they are answered. */
  ASYNC = 'async',

  /** Writes are logged in several availability zones before they are answered, which takes milliseconds. */
  SYNC = 'sync',

  /** Entries are in memory only. */
  DISABLED = 'disabled',
}
