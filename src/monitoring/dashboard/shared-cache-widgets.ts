import { IWidget, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { BYTES, COUNT, MILLISECONDS, PERCENT, ServiceGraph, serviceWidgets } from './service-widgets';
import { DynamoDbCache } from '../../caches/dynamodb/dynamodb-cache';
import { IElastiCache } from '../../caches/elasticache-metrics';
import { IReplicationGroupCache } from '../../caches/replication-group/replication-group-cache-base';
import { IServerlessCache } from '../../caches/serverless/serverless-cache-base';
import { ISharedCache } from '../../caches/shared-cache';

/** The metrics that some kinds of shared cache have. */
type Method = keyof (IReplicationGroupCache & IServerlessCache & IElastiCache & DynamoDbCache) & `metric${string}`;

const GRAPHS: readonly ServiceGraph<Method>[] = [
  { methods: ['metricCpu'], title: 'CPU of the busiest node', axis: PERCENT },
  { methods: ['metricProcessingUnits'], title: 'Processing units', axis: { min: 0, label: 'ECPU', showUnits: false } },
  { methods: ['metricMemoryUsage'], title: 'Memory of the fullest node', axis: PERCENT },
  { methods: ['metricMemory'], title: 'Bytes of entries', axis: BYTES },
  { methods: ['metricReadLatency'], title: 'Latency within DynamoDB', axis: MILLISECONDS },
  { methods: ['metricConsumedReadCapacity', 'metricConsumedWriteCapacity'], title: 'Consumed capacity', axis: { min: 0, label: 'units', showUnits: false } },
  { methods: ['metricEvictions'], title: 'Evictions of the shared cache', axis: COUNT },
  { methods: ['metricConnections'], title: 'Connections', axis: COUNT },
  // ElastiCache's name for it, and DynamoDB's.
  { methods: ['metricThrottled', 'metricThrottles'], title: 'Throttled requests', axis: COUNT },
];

/**
 * The widgets of a shared cache: its name, and its service's metrics. Empty if it has none.
 *
 * @internal
 */
export function sharedCacheWidgets(cache: ISharedCache, options: Pick<MetricOptions, 'period'>): IWidget[] {
  return serviceWidgets(cache, GRAPHS, options);
}

/**
 * The cache of a user: users are in the cache's scope. Other caches are returned as they are.
 *
 * @internal
 */
export function ownerOf(cache: ISharedCache): ISharedCache {
  const isUser = 'userId' in cache;
  return isUser ? cache.node.scope as ISharedCache : cache;
}
