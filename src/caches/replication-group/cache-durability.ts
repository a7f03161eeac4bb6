/**
 * Whether a replication group keeps its entries when its nodes fail (ElastiCache, Durability). You choose it when you create the
 * group: later, ElastiCache only changes SYNC to ASYNC and back.
 *
 * A cache never holds the only copy of anything, so durability only spares the origin the loads after a failure.
 */
export enum CacheDurability {
  /** Writes are logged in several availability zones after they are answered. */
  ASYNC = 'async',

  /** Writes are logged in several availability zones before they are answered, which takes milliseconds. */
  SYNC = 'sync',

  /** Entries are in memory only. */
  DISABLED = 'disabled',
}
