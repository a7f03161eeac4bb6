import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CacheMetric } from './cache-metric';
import type { Observed } from './observed';
import { checkCacheName } from '../check-policy';
import { inConstruct, invalidProp } from '../errors';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../runtime-settings';
import { warn } from '../warnings';

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
 * A function that emits metrics.
 *
 * @internal
 */
export interface ObservedFunction extends IFunction {
  readonly _observed: Observed;
}

/**
 * A metric that the runtime of a function emits.
 *
 * @internal
 */
export function cacheMetric(fn: ObservedFunction, metric: CacheMetric, options: CacheMetricOptions = {}): Metric {
  const { cache, ...metricOptions } = options;
  if (cache !== undefined) {
    inConstruct('CachedFunction', fn, () => {
      checkCacheName(cache, 'the option `cache` of a metric');
      if (OF_FUNCTION_ONLY.includes(metric)) {
        throw invalidProp('the option `cache` of a metric', cache, `must be left out for ${metric}`, 'The runtime emits it for the function only.');
      }
    });
  }
  warnOfNoData(fn, metric, cache);
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
export function mathOf(fn: ObservedFunction, formula: Formula, options: CacheMetricOptions = {}, suffix = ''): MathExpression {
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

/** Warns of a metric that the function never emits: an alarm on it never fires, and a graph of it is empty. */
function warnOfNoData(fn: ObservedFunction, metric: CacheMetric, cache?: string): void {
  const reason = reasonForNoData(fn._observed, metric, cache);
  if (reason !== undefined) {
    warn(fn, 'noMetricData', `The metric ${metric}${cache === undefined ? '' : ` of the cache ${cache}`} never has data: ${reason}`, { metric, ...(cache !== undefined && { cache }) });
  }
}

function reasonForNoData({ level, sharedCache, dax }: Observed, metric: CacheMetric, cache?: string): string | undefined {
  if (level === MetricsLevel.NONE && metric !== CacheMetric.START_FAILURES) {
    return '`metrics` is MetricsLevel.NONE. Use MetricsLevel.FUNCTION.';
  }
  if (cache !== undefined && level === MetricsLevel.FUNCTION) {
    return '`metrics` is MetricsLevel.FUNCTION, and caches have none of their own. Use MetricsLevel.CACHE, or leave `cache` out.';
  }
  if (sharedCache === undefined && (metric.startsWith('Shared') || metric === CacheMetric.BREAKER_OPEN)) {
    return 'the function has no `sharedCache`.';
  }
  return dax === undefined && metric.startsWith('Dax') ? 'the function has no `dax`.' : undefined;
}
