/**
 * The engine of an ElastiCache cache.
 */
export enum CacheEngine {
  /** Valkey, the open-source successor of Redis. The least expensive: serverless from about 6 USD a month. */
  VALKEY = 'valkey',

  /** Redis OSS. */
  REDIS_OSS = 'redis',
}
