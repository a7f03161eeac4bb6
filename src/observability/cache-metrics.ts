import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { checkCacheName } from '../cache-policy';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../runtime-settings';

/**
 * How much the runtime of a function tells CloudWatch.
 *
 * CloudWatch bills custom metrics by their number, not by their values; the README has the cost.
 */
export enum MetricsLevel {
  /** Not one byte. */
  NONE = 'none',
  /** One set of metrics for the function. */
  FUNCTION = 'function',
  /** One set of metrics for the function, and one for each of its caches. */
  CACHE = 'cache',
}

/**
 * Which metric, and how it is shown.
 */
export interface CacheMetricOptions extends MetricOptions {
  /**
   * The name of one cache, as the handler's code gives it to `cached(name, …)`.
   *
   * @default - all caches of the function
   */
  readonly cache?: string;
}

/**
 * A metric that the runtime of a function emits.
 *
 * @internal
 */
export function cacheMetric(functionName: string, metric: keyof typeof METRICS, statistic: string, options: CacheMetricOptions = {}): Metric {
  const { cache, ...metricOptions } = options;
  if (cache !== undefined) {
    checkCacheName(cache, 'the option `cache` of a metric');
  }
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: METRICS[metric],
    statistic,
    ...metricOptions,
    dimensionsMap: {
      [METRIC_DIMENSIONS.functionName]: functionName,
      ...(cache !== undefined && { [METRIC_DIMENSIONS.cacheName]: cache }),
      ...metricOptions.dimensionsMap,
    },
  });
}

/**
 * The share of calls that were answered without calling the loader, in percent.
 *
 * @internal
 */
export function hitRate(functionName: string, options: CacheMetricOptions = {}): MathExpression {
  const { period = Duration.minutes(5), label = 'Hit rate', color, region, account, ...ofParts } = options;
  const part = (metric: 'hits' | 'misses') =>
    cacheMetric(functionName, metric, Stats.SUM, { ...ofParts, period, region, account });
  return new MathExpression({
    expression: '100 * hits / (hits + misses)',
    usingMetrics: { hits: part('hits'), misses: part('misses') },
    label,
    color,
    period,
  });
}
