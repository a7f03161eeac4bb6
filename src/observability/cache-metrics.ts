import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CacheMetric } from './cache-metric';
import { checkCacheName } from '../cache-policy';
import { invalidProp } from '../errors';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../runtime-settings';

/**
 * How much the runtime of a function tells CloudWatch.
 *
 * CloudWatch bills custom metrics by their number, not by their values; the README has the cost.
 */
export enum MetricsLevel {
  /** Nothing, unless the runtime cannot start. */
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

/** Whatever is no count of something within the period. */
const STATISTICS: { readonly [metric in CacheMetric]?: string } = {
  [CacheMetric.ORIGIN_DURATION]: Stats.AVERAGE,
  [CacheMetric.SHARED_LATENCY]: Stats.AVERAGE,
  [CacheMetric.MEMORY_BYTES]: Stats.MAXIMUM,
};

const OF_FUNCTION_ONLY = [
  CacheMetric.MEMORY_BYTES, CacheMetric.START_FAILURES, ...Object.values(CacheMetric).filter((metric) => metric.startsWith('Dax')),
];

/**
 * A metric that the runtime of a function emits.
 *
 * @internal
 */
export function cacheMetric(fn: IFunction, metric: CacheMetric, options: CacheMetricOptions = {}): Metric {
  const { cache, ...metricOptions } = options;
  if (cache !== undefined) {
    checkCacheName(cache, 'the option `cache` of a metric');
    if (OF_FUNCTION_ONLY.includes(metric)) {
      throw invalidProp('the option `cache` of a metric', cache, `must be left out for ${metric}`, 'It is told for the function only.');
    }
  }
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: metric,
    statistic: STATISTICS[metric] ?? Stats.SUM,
    ...metricOptions,
    dimensionsMap: {
      [METRIC_DIMENSIONS.functionName]: fn.functionName,
      ...(cache !== undefined && { [METRIC_DIMENSIONS.cacheName]: cache }),
      ...metricOptions.dimensionsMap,
    },
    // A dashboard may be in a stack of another region.
  }).attachTo(fn);
}

/**
 * Arithmetic on metrics that the runtime of a function emits.
 *
 * @internal
 */
export interface Formula {
  readonly label: string;
  readonly expression: string;
  /** By their names in the expression. */
  readonly parts: { readonly [name: string]: CacheMetric };
  /** Where it is not the sum of a count. */
  readonly statistics?: { readonly [name: string]: string };
}

/**
 * @param suffix ends the names in the expression: two expressions in one graph may not call different metrics by the same name
 * @internal
 */
export function mathOf(fn: IFunction, formula: Formula, options: CacheMetricOptions = {}, suffix = ''): MathExpression {
  const { period = Duration.minutes(5), label = formula.label, color, region, account, statistic, ...ofParts } = options;
  const part = (name: string, metric: CacheMetric) => cacheMetric(fn, metric,
    { ...ofParts, period, region, account, statistic: statistic ?? formula.statistics?.[name] ?? STATISTICS[metric] ?? Stats.SUM });
  return new MathExpression({
    expression: formula.expression.replace(/\b[a-z]+\b/g, (name) => `${name}${suffix}`),
    usingMetrics: Object.fromEntries(Object.entries(formula.parts).map(([name, metric]) => [`${name}${suffix}`, part(name, metric)])),
    label,
    color,
    period,
  });
}
