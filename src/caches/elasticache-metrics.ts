import { Duration } from 'aws-cdk-lib';
import { DimensionsMap, IMetric, MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IConnectable } from 'aws-cdk-lib/aws-ec2';
import { ISharedCache } from './shared-cache';

const NAMESPACE = 'AWS/ElastiCache';

/**
 * An ElastiCache cache, and its metrics in CloudWatch.
 */
export interface IElastiCache extends ISharedCache, IConnectable {
  /**
   * A metric of the cache.
   *
   * @param metricName its name in ElastiCache's documentation
   * @default - average over 5 minutes
   */
  metric(metricName: string, options?: MetricOptions): IMetric;

  /**
   * The memory used by entries, in bytes.
   *
   * @default - maximum over 5 minutes
   */
  metricMemory(options?: MetricOptions): IMetric;

  /**
   * Entries that the cache evicted before their ttl, to make room.
   *
   * @default - sum over 5 minutes
   */
  metricEvictions(options?: MetricOptions): IMetric;

  /**
   * Open client connections.
   *
   * @default - maximum over 5 minutes
   */
  metricConnections(options?: MetricOptions): IMetric;
}

/**
 * A metric of a serverless cache. ElastiCache spells the dimension with a small letter.
 *
 * @internal
 */
export function serverlessMetric(cacheName: string, metricName: string, options?: MetricOptions, statistic: string = Stats.AVERAGE): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, statistic, ...options, dimensionsMap: { clusterId: cacheName, ...options?.dimensionsMap } });
}

/**
 * A metric of a cache that has nodes: the sum or the maximum of the nodes' own metrics.
 *
 * @param nodes the dimensions of each node
 * @internal
 */
export function nodesMetric(
  nodes: readonly DimensionsMap[], metricName: string, options?: MetricOptions, statistic: string = Stats.AVERAGE,
): IMetric {
  const { label = metricName, color, period = Duration.minutes(5), ...rest } = options ?? {};
  const ofNode = (node: DimensionsMap) => new Metric({
    namespace: NAMESPACE, metricName, statistic, period, ...rest, dimensionsMap: { ...node, ...rest.dimensionsMap },
  });
  if (nodes.length === 1) {
    return ofNode(nodes[0]).with({ label, color });
  }
  const metrics = Object.fromEntries(nodes.map((node, i) => [`node${i + 1}`, ofNode(node)]));
  const together = (rest.statistic ?? statistic) === Stats.SUM ? 'SUM' : 'MAX';
  return new MathExpression({ expression: `${together}([${Object.keys(metrics).join(', ')}])`, usingMetrics: metrics, label, color, period });
}
