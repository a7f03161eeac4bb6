import { Integ } from './integ';
import { MemcachedCache, MemcachedCapacity } from 'cdk-cached-function';

/** docs/unverified.md: nodes of Memcached: Auto Discovery, over TLS and when their number changes; the dimensions of their metrics. */

const integ = new Integ('Memcached');
const vpc = integ.isolatedVpc();
const cache = new MemcachedCache(integ.stack, 'Cache', { vpc, capacity: MemcachedCapacity.nodes({ nodeType: 'cache.t4g.micro', count: 2 }) });
const [first, second] = integ.expectSharing(cache, { vpc });
integ.expectDrawn(second, ['Bytes of entries: BytesUsedForCacheItems', 'Connections: CurrConnections']);

// As a deployment with another `count` does.
const CacheClusterId = cache.memcachedCacheName;
integ.expectOfAws({
  service: 'ElastiCache',
  operation: 'ModifyCacheCluster',
  input: { CacheClusterId, NumCacheNodes: 3, ApplyImmediately: true },
  pick: ['CacheCluster.CacheClusterId'],
}, [CacheClusterId]);
integ.expectOfAws({
  service: 'ElastiCache',
  operation: 'DescribeCacheClusters',
  input: { CacheClusterId },
  pick: ['CacheClusters.0.CacheClusterStatus', 'CacheClusters.0.NumCacheNodes'],
}, ['available', 3]);
integ.expectFound(first, second);
