/**
 * What runs a cache of ElastiCache.
 */
export enum CacheEngine {
  /** Valkey, the open-source successor of Redis. The cheapest: serverless from about 6 USD a month. */
  VALKEY = 'valkey',

  /** Redis OSS. */
  REDIS_OSS = 'redis',
}
