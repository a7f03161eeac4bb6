import { IWidget, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { BYTES, COUNT, MILLISECONDS, PERCENT, ServiceGraph, serviceWidgets } from './service-widgets';
import { DynamoDbCache } from '../shared-cache/dynamodb-cache';
import { IElastiCache } from '../shared-cache/elasticache-metrics';
import { IReplicationGroupCache } from '../shared-cache/replication-group-cache-base';
import { IServerlessCache } from '../shared-cache/serverless-cache-base';
import { ISharedCache } from '../shared-cache/shared-cache';

/** Whatever a kind of shared cache may tell of itself. */
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
  // ElastiCache's name of it, and DynamoDB's.
  { methods: ['metricThrottled', 'metricThrottles'], title: 'Throttled requests', axis: COUNT },
];

/**
 * The widgets of a shared cache: its name, and what its service tells of it. None where there is no such service.
 *
 * @internal
 */
export function sharedCacheWidgets(cache: ISharedCache, options: Pick<MetricOptions, 'period'>): IWidget[] {
  return serviceWidgets(cache, GRAPHS, options);
}

/**
 * The cache itself, where a function was given one of its users, which are under it in the tree.
 *
 * @internal
 */
export function ownerOf(cache: ISharedCache): ISharedCache {
  const isUser = 'userId' in cache;
  return isUser ? cache.node.scope as ISharedCache : cache;
}
