/** The counts of a cluster. */
export interface Counts {
  /** Keys of gets and batch gets that the item cache had, and those it lacked. Strongly consistent reads count as neither. */
  itemCacheHits: number;
  itemCacheMisses: number;
  /** Queries and scans, likewise. */
  queryCacheHits: number;
  queryCacheMisses: number;
  /** Requests to DynamoDB, where a batch is one. Descriptions of tables do not count. */
  originReads: number;
  originWrites: number;
  /** Accepted connections, including those for the client's health checks and discovery. */
  connections: number;
  /** Clients' requests, by method name. */
  readonly requests: Partial<Record<string, number>>;
}

export function newCounts(): Counts {
  return {
    itemCacheHits: 0, itemCacheMisses: 0, queryCacheHits: 0, queryCacheMisses: 0, originReads: 0, originWrites: 0, connections: 0, requests: {},
  };
}
