import { Duration } from 'aws-cdk-lib';
import { IMetric, MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * A metric of a cluster, or of one of its nodes with `dimensionsMap: { NodeId: … }` in the options.
 *
 * @internal
 */
export function daxMetric(clusterName: string, metricName: string, options?: MetricOptions, statistic: string = Stats.SUM): Metric {
  return new Metric({ namespace: 'AWS/DAX', metricName, statistic, ...options, dimensionsMap: { ClusterId: clusterName, ...options?.dimensionsMap } });
}

/** DAX counts items, queries and scans separately. */
const KINDS = ['Item', 'Query', 'Scan'];

/**
 * The share of lookups that DAX answered itself, in percent. DAX does not write a metric that is zero.
 *
 * @internal
 */
export function daxHitRate(clusterName: string, options: MetricOptions = {}): IMetric {
  const { period = Duration.minutes(5), label = 'DAX hit rate', color, region, account, ...ofParts } = options;
  const usingMetrics = Object.fromEntries(KINDS.flatMap((kind) => ['Hits', 'Misses'].map((outcome) =>
    [`${kind.toLowerCase()}${outcome}`, daxMetric(clusterName, `${kind}Cache${outcome}`, { ...ofParts, period, region, account })])));
  const sum = (outcome: string) => KINDS.map((kind) => `FILL(${kind.toLowerCase()}${outcome}, 0)`).join(' + ');
  return new MathExpression({
    expression: `100 * (${sum('Hits')}) / (${sum('Hits')} + ${sum('Misses')})`,
    usingMetrics,
    label,
    color,
    period,
  });
}
