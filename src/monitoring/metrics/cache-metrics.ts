import { createHash } from 'node:crypto';
import { Duration, Stack, Token } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheMetric } from './cache-metric';
import { CacheMetricOptions, MetricsLevel } from './cache-metric-options';
import type { MonitoredFunction } from './monitored-function';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../../contract/metrics';
import { checkCacheName } from '../../function/check-policy';
import { inConstruct, invalidProp } from '../../validation/errors';
import { warn } from '../../validation/warnings';

/** The statistics of metrics that are not counts. */
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
export function cacheMetric(monitored: MonitoredFunction, metric: CacheMetric, options: CacheMetricOptions = {}): Metric {
  const { cache, ...metricOptions } = options;
  if (cache !== undefined) {
    inConstruct(monitored.className, monitored.fn, () => {
      checkCacheName(cache, 'the option `cache` of a metric');
      if (OF_FUNCTION_ONLY.includes(metric)) {
        throw invalidProp('the option `cache` of a metric', cache, `must be left out for ${metric}`, 'The runtime emits that metric for the function only.');
      }
    });
  }
  warnOfNoData(monitored, metric, cache);
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: metric,
    statistic: STATISTICS[metric] ?? Stats.SUM,
    ...metricOptions,
    dimensionsMap: {
      [METRIC_DIMENSIONS.functionName]: monitored.fn.functionName,
      ...(cache !== undefined && { [METRIC_DIMENSIONS.cacheName]: cache }),
      ...metricOptions.dimensionsMap,
    },
    // A dashboard may be in a stack of another region.
  }).attachTo(monitored.fn);
}

/**
 * Arithmetic on metrics that the runtime of a function emits.
 *
 * @internal
 */
export interface Formula {
  readonly label: string;
  readonly expression: string;
  /** The metrics by their names in the expression. */
  readonly parts: { readonly [name: string]: CacheMetric };
  /** The statistics of metrics whose statistic is not the default one. */
  readonly statistics?: { readonly [name: string]: string };
}

/**
 * @param suffix appended to the names in the expression: two expressions in one graph must not use one name for different metrics
 * @internal
 */
export function mathOf(monitored: MonitoredFunction, formula: Formula, options: CacheMetricOptions = {}, suffix = ''): MathExpression {
  const { period = Duration.minutes(5), label = formula.label, color, region, account, statistic, ...ofParts } = options;
  const part = (name: string, metric: CacheMetric) => cacheMetric(monitored, metric,
    { ...ofParts, period, region, account, statistic: statistic ?? formula.statistics?.[name] ?? STATISTICS[metric] ?? Stats.SUM });
  return new MathExpression({
    expression: formula.expression.replace(/\b[a-z]+\b/g, (name) => `${name}${suffix}`),
    usingMetrics: Object.fromEntries(Object.entries(formula.parts).map(([name, metric]) => [`${name}${suffix}`, part(name, metric)])),
    label,
    color,
    period,
  });
}

/**
 * A share in percent. One graph may have the shares of several functions and caches.
 *
 * @internal
 */
export function rateOf(monitored: MonitoredFunction, rate: Formula, options?: CacheMetricOptions): MathExpression {
  const { fn } = monitored;
  const cache = options?.cache ?? '';
  // A token's own text counts all tokens of the app, and would change the metrics' ids with each of them.
  const known = Token.isUnresolved(cache) ? JSON.stringify(Stack.of(fn).resolve(cache)) : cache;
  const owner = createHash('sha256').update(`${fn.node.addr} ${known}`).digest('hex');
  return mathOf(monitored, rate, options, `_${owner.slice(0, 8)}`);
}

/** Warns of a metric that the function never emits: an alarm on it never fires, and a graph of it is empty. */
function warnOfNoData(monitored: MonitoredFunction, metric: CacheMetric, cache?: string): void {
  const reason = reasonForNoData(monitored, metric, cache);
  if (reason !== undefined) {
    warn(monitored.fn, 'noMetricData', `The metric ${metric}${cache === undefined ? '' : ` of the cache ${cache}`} never has data: ${reason}`, { metric, ...(cache !== undefined && { cache }) });
  }
}

function reasonForNoData({ level, sharedCache, dax }: MonitoredFunction, metric: CacheMetric, cache?: string): string | undefined {
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
