import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Color, GraphWidgetProps, HorizontalAnnotation, IMetric, IWidget, MathExpression, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { LazyGraphWidget } from './lazy-graph-widget';
import { BYTES, COUNT, MILLISECONDS, PERCENT } from './service-widgets';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../../contract/metrics';
import { FunctionCaching } from '../../function/function-caching';
import { CacheMetric } from '../metrics/cache-metric';
import { MetricsLevel } from '../metrics/cache-metric-options';
import { Formula, mathOf } from '../metrics/cache-metrics';

/** The calls that would have reached the origin without a cache, minus those that did. */
const SAVED: Formula = {
  label: 'saved',
  expression: 'SUM([hits, misses, bypasses]) - FILL(loads, 0)',
  parts: { hits: CacheMetric.HITS, misses: CacheMetric.MISSES, bypasses: CacheMetric.BYPASSES, loads: CacheMetric.ORIGIN_CALLS },
};

/** Hits that are neither stale nor coalesced. */
const FRESH: Formula = {
  label: 'fresh hits',
  expression: 'hits - FILL(stale, 0) - FILL(coalesced, 0)',
  parts: { hits: CacheMetric.HITS, stale: CacheMetric.STALE_HITS, coalesced: CacheMetric.COALESCED_HITS },
};

const FROM_MEMORY: Formula = {
  label: 'this environment',
  expression: '100 * (hits - FILL(shared, 0)) / (hits + misses)',
  parts: { hits: CacheMetric.HITS, misses: CacheMetric.MISSES, shared: CacheMetric.SHARED_HITS },
};

const FROM_SHARED: Formula = {
  label: 'shared cache',
  expression: '100 * FILL(shared, 0) / (hits + misses)',
  parts: FROM_MEMORY.parts,
};

/**
 * Options of a function's widgets.
 *
 * @internal
 */
export interface FunctionWidgetsOptions {
  /** Caches that have no policy. */
  readonly caches: readonly string[];
  readonly period: Duration;
}

/**
 * The widgets of one function: its name, and its runtime's metrics.
 *
 * @internal
 */
export function functionWidgets(caching: FunctionCaching, options: FunctionWidgetsOptions): IWidget[] {
  const { sharedCache, dax, level } = caching._monitoring;
  const graphs = new FunctionGraphs(caching, options);
  return [
    new TextWidget({ markdown: `## ${caching._monitoring.fn.node.path}`, width: 24, height: 1 }),
    new LazyGraphWidget('Hit rate', () => graphs.hitRate()),
    new LazyGraphWidget('Calls', () => graphs.calls()),
    new LazyGraphWidget('Origin calls', () => graphs.originCalls()),
    ...(level === MetricsLevel.CACHE ? [new LazyGraphWidget('Origin calls by cache', () => graphs.originCallsByCache())] : []),
    new LazyGraphWidget('Latency of the origin', () => graphs.latency(CacheMetric.ORIGIN_DURATION)),
    new LazyGraphWidget('Memory of an environment', () => graphs.memory()),
    new LazyGraphWidget('Evictions', () => graphs.evictions()),
    new LazyGraphWidget('Errors', () => graphs.errors()),
    ...(sharedCache === undefined ? [] : [
      new LazyGraphWidget('Hit rate by tier', () => graphs.hitRateByTier()),
      new LazyGraphWidget('Latency of the shared cache', () => graphs.latency(CacheMetric.SHARED_LATENCY)),
      new LazyGraphWidget('Shared cache: errors, timeouts, breaker', () => graphs.sharedFailures()),
    ]),
    ...(dax === undefined ? [] : [
      new LazyGraphWidget('Requests to DAX', () => graphs.daxRequests()),
      new LazyGraphWidget('DAX: errors, timeouts', () => graphs.daxFailures()),
    ]),
  ];
}

class FunctionGraphs {
  public constructor(private readonly caching: FunctionCaching, private readonly options: FunctionWidgetsOptions) {}

  public hitRate(): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [
        this.caching.metricHitRate({ period, label: 'all caches' }),
        ...this.cacheNames().map((cache) => this.caching.metricHitRate({ period, cache, label: cache })),
      ],
      leftYAxis: PERCENT,
    };
  }

  public calls(): GraphWidgetProps {
    return {
      left: [
        // Before the formulas that use it: the CDK keeps the label of the first occurrence of a metric.
        this.metric(CacheMetric.STALE_HITS, 'stale hits', Color.BLUE),
        this.metric(CacheMetric.COALESCED_HITS, 'coalesced hits', Color.PURPLE),
        this.math(FRESH, Color.GREEN),
        this.metric(CacheMetric.MISSES, 'misses', Color.ORANGE),
        this.metric(CacheMetric.BYPASSES, 'past the cache', Color.GREY),
      ],
      stacked: true,
      leftYAxis: COUNT,
    };
  }

  public originCalls(): GraphWidgetProps {
    return {
      left: [this.metric(CacheMetric.ORIGIN_CALLS, 'made', Color.ORANGE), this.math(SAVED, Color.GREEN)],
      stacked: true,
      leftYAxis: COUNT,
    };
  }

  /** A search, so that CloudWatch also finds caches that have no name here. */
  public originCallsByCache(): GraphWidgetProps {
    const { functionName, cacheName } = METRIC_DIMENSIONS;
    const search = `{${METRIC_NAMESPACE},${functionName},${cacheName}} MetricName="${CacheMetric.ORIGIN_CALLS}" ${functionName}="${this.caching._monitoring.fn.functionName}"`;
    const { period } = this.options;
    return {
      left: [new MathExpression({
        expression: `SEARCH('${search}', '${Stats.SUM}', ${period.toSeconds()})`, label: `\${PROP('Dim.${cacheName}')}`, period, usingMetrics: {}, ...this.searchLocation(),
      })],
      stacked: true,
      leftYAxis: COUNT,
    };
  }

  public latency(metric: CacheMetric): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [50, 90, 99].map((percentile) => this.caching.metricCache(metric, { period, statistic: Stats.percentile(percentile), label: `p${percentile}` })),
      leftYAxis: MILLISECONDS,
    };
  }

  public memory(): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [
        this.metric(CacheMetric.MEMORY_BYTES, 'fullest environment'),
        this.caching.metricCache(CacheMetric.MEMORY_BYTES, { period, statistic: Stats.AVERAGE, label: 'average' }),
      ],
      leftAnnotations: this.bound(),
      leftYAxis: BYTES,
    };
  }

  public evictions(): GraphWidgetProps {
    return {
      left: [
        this.metric(CacheMetric.EVICTIONS, 'dropped to make room'),
        this.metric(CacheMetric.UNCACHEABLE, 'could not be cached'),
        this.metric(CacheMetric.DROPPED_REFRESHES, 'refreshes not begun'),
      ],
      leftYAxis: COUNT,
    };
  }

  public errors(): GraphWidgetProps {
    return {
      left: [
        this.metric(CacheMetric.ORIGIN_ERRORS, 'of the origin', Color.RED),
        this.metric(CacheMetric.START_FAILURES, 'cache did not start', Color.PURPLE),
        this.metric(CacheMetric.MISMATCHES, 'mismatches (shadow mode)', Color.GREY),
      ],
      leftYAxis: COUNT,
    };
  }

  public hitRateByTier(): GraphWidgetProps {
    return { left: [this.math(FROM_MEMORY), this.math(FROM_SHARED)], stacked: true, leftYAxis: PERCENT };
  }

  public sharedFailures(): GraphWidgetProps {
    return {
      left: [
        this.metric(CacheMetric.SHARED_ERRORS, 'errors', Color.RED),
        this.metric(CacheMetric.SHARED_TIMEOUTS, 'timeouts', Color.ORANGE),
        this.metric(CacheMetric.SHARED_SKIPS, 'calls not made'),
        this.metric(CacheMetric.BREAKER_OPEN, 'breaker open', Color.PURPLE),
        this.metric(CacheMetric.SHARED_UNREADABLE, 'unreadable entries', Color.BROWN),
      ],
      leftYAxis: COUNT,
    };
  }

  public daxRequests(): GraphWidgetProps {
    return {
      left: [
        this.metric(CacheMetric.DAX_CALLS, 'answered by DAX', Color.GREEN),
        this.metric(CacheMetric.DAX_FALLBACKS, 'made to DynamoDB instead', Color.ORANGE),
      ],
      stacked: true,
      leftYAxis: COUNT,
    };
  }

  public daxFailures(): GraphWidgetProps {
    return {
      left: [
        this.metric(CacheMetric.DAX_ERRORS, 'errors', Color.RED),
        this.metric(CacheMetric.DAX_TIMEOUTS, 'timeouts', Color.ORANGE),
        this.metric(CacheMetric.DAX_RETRIES, 'retries'),
        this.metric(CacheMetric.DAX_SKIPS, 'requests not made'),
        this.metric(CacheMetric.DAX_UNKNOWN_WRITES, 'writes without an answer', Color.PURPLE),
      ],
      leftYAxis: COUNT,
    };
  }

  /** Where CloudWatch searches for the function's metrics if the dashboard is in another region or account. */
  private searchLocation(): { readonly searchRegion?: string; readonly searchAccount?: string } {
    const { region, account } = Stack.of(this.caching._monitoring.fn);
    return {
      ...(!Token.isUnresolved(region) && { searchRegion: region }),
      ...(!Token.isUnresolved(account) && { searchAccount: account }),
    };
  }

  private cacheNames(): string[] {
    const { level, cacheNames } = this.caching._monitoring;
    return level === MetricsLevel.CACHE ? [...new Set([...cacheNames(), ...this.options.caches])].sort() : [];
  }

  private bound(): HorizontalAnnotation[] {
    const value = this.caching._monitoring.memoryBound();
    return value === undefined ? [] : [{ value, label: 'bound', color: Color.RED }];
  }

  private metric(metric: CacheMetric, label: string, color?: string): IMetric {
    return this.caching.metricCache(metric, { period: this.options.period, label, color });
  }

  private math(formula: Formula, color?: string): IMetric {
    return mathOf(this.caching._monitoring, formula, { period: this.options.period, color });
  }
}
