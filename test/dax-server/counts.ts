/** What a cluster has done so far. */
export interface Counts {
  /** Keys of gets and batch gets that the item cache had, and those it lacked. What is strongly consistent is neither. */
  itemCacheHits: number;
  itemCacheMisses: number;
  /** Queries and scans, likewise. */
  queryCacheHits: number;
  queryCacheMisses: number;
  /** Requests to DynamoDB, a batch being one. That a table was described is not among them. */
  originReads: number;
  originWrites: number;
  /** Accepted, the client's health checks and discovery among them. */
  connections: number;
  /** That clients have made, by their methods' names. */
  readonly requests: Partial<Record<string, number>>;
}

export function newCounts(): Counts {
  return {
    itemCacheHits: 0, itemCacheMisses: 0, queryCacheHits: 0, queryCacheMisses: 0, originReads: 0, originWrites: 0, connections: 0, requests: {},
  };
}
