/** Memcached servers for tests: real ones, alone or in clusters like ElastiCache's. */
export { missingMemcached } from './binaries';
export { type ElastiCacheNode } from './elasticache-node';
export { MemcachedCluster, type MemcachedClusterOptions, startMemcachedCluster } from './memcached-cluster';
export { MemcachedServer, type MemcachedServerOptions, startMemcached } from './memcached-server';
