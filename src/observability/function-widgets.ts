import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Color, GraphWidgetProps, HorizontalAnnotation, IMetric, IWidget, MathExpression, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheMetric } from './cache-metric';
import { Formula, mathOf, MetricsLevel } from './cache-metrics';
import { LateGraph } from './late-graph';
import { BYTES, COUNT, MILLISECONDS, PERCENT } from './service-widgets';
import { WatchedFunction } from './watched-function';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE } from '../runtime-settings';

/** What there would be to load without a cache, less what was loaded. */
const SAVED: Formula = {
  label: 'saved',
  expression: 'SUM([hits, misses, bypasses]) - FILL(loads, 0)',
  parts: { hits: CacheMetric.HITS, misses: CacheMetric.MISSES, bypasses: CacheMetric.BYPASSES, loads: CacheMetric.ORIGIN_CALLS },
};

/** Hits that are neither stale nor joined. */
const FRESH: Formula = {
  label: 'fresh hits',
  expression: 'hits - FILL(stale, 0) - FILL(joined, 0)',
  parts: { hits: CacheMetric.HITS, stale: CacheMetric.STALE_HITS, joined: CacheMetric.JOINED_HITS },
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
 * What the widgets of a function need besides the function.
 *
 * @internal
 */
export interface FunctionWidgetsOptions {
  /** Caches that have no policy. */
  readonly caches: readonly string[];
  readonly period: Duration;
}

/**
 * The widgets of one function: its name, and whatever its runtime tells.
 *
 * @internal
 */
export function functionWidgets(fn: WatchedFunction, options: FunctionWidgetsOptions): IWidget[] {
  const { sharedCache, dax, level } = fn._observed;
  const graphs = new FunctionGraphs(fn, options);
  return [
    new TextWidget({ markdown: `## ${fn.node.path}`, width: 24, height: 1 }),
    new LateGraph('Hit rate', () => graphs.hitRate()),
    new LateGraph('Calls', () => graphs.calls()),
    new LateGraph('Origin calls', () => graphs.originCalls()),
    ...(level === MetricsLevel.CACHE ? [new LateGraph('Origin calls by cache', () => graphs.originCallsByCache())] : []),
    new LateGraph('Latency of the origin', () => graphs.latency(CacheMetric.ORIGIN_DURATION)),
    new LateGraph('Memory of an environment', () => graphs.memory()),
    new LateGraph('Evictions', () => graphs.evictions()),
    new LateGraph('Errors', () => graphs.errors()),
    ...(sharedCache === undefined ? [] : [
      new LateGraph('Hit rate by tier', () => graphs.hitRateByTier()),
      new LateGraph('Latency of the shared cache', () => graphs.latency(CacheMetric.SHARED_LATENCY)),
      new LateGraph('Shared cache: errors, time-outs, breaker', () => graphs.sharedFailures()),
    ]),
    ...(dax === undefined ? [] : [
      new LateGraph('Requests to DAX', () => graphs.daxRequests()),
      new LateGraph('DAX: errors, time-outs', () => graphs.daxFailures()),
    ]),
  ];
}

class FunctionGraphs {
  public constructor(private readonly fn: WatchedFunction, private readonly options: FunctionWidgetsOptions) {}

  public hitRate(): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [
        this.fn.metricHitRate({ period, label: 'all caches' }),
        ...this.cacheNames().map((cache) => this.fn.metricHitRate({ period, cache, label: cache })),
      ],
      leftYAxis: PERCENT,
    };
  }

  public calls(): GraphWidgetProps {
    return {
      left: [
        // Before what is computed from them: the CDK keeps the label of whichever comes first.
        this.metric(CacheMetric.STALE_HITS, 'stale hits', Color.BLUE),
        this.metric(CacheMetric.JOINED_HITS, 'joined hits', Color.PURPLE),
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

  /** CloudWatch looks for the caches: those that nobody named here are found too. */
  public originCallsByCache(): GraphWidgetProps {
    const { functionName, cacheName } = METRIC_DIMENSIONS;
    const search = `{${METRIC_NAMESPACE},${functionName},${cacheName}} MetricName="${CacheMetric.ORIGIN_CALLS}" ${functionName}="${this.fn.functionName}"`;
    const { period } = this.options;
    return {
      left: [new MathExpression({
        expression: `SEARCH('${search}', '${Stats.SUM}', ${period.toSeconds()})`, label: `\${PROP('Dim.${cacheName}')}`, period, usingMetrics: {}, ...this.home(),
      })],
      stacked: true,
      leftYAxis: COUNT,
    };
  }

  public latency(metric: CacheMetric): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [50, 90, 99].map((percentile) => this.fn.metricCache(metric, { period, statistic: Stats.percentile(percentile), label: `p${percentile}` })),
      leftYAxis: MILLISECONDS,
    };
  }

  public memory(): GraphWidgetProps {
    const { period } = this.options;
    return {
      left: [
        this.metric(CacheMetric.MEMORY_BYTES, 'fullest environment'),
        this.fn.metricCache(CacheMetric.MEMORY_BYTES, { period, statistic: Stats.AVERAGE, label: 'average' }),
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
        this.metric(CacheMetric.SHARED_TIMEOUTS, 'time-outs', Color.ORANGE),
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
        this.metric(CacheMetric.DAX_TIMEOUTS, 'time-outs', Color.ORANGE),
        this.metric(CacheMetric.DAX_RETRIES, 'retries'),
        this.metric(CacheMetric.DAX_SKIPS, 'requests not made'),
        this.metric(CacheMetric.DAX_UNKNOWN_WRITES, 'writes without an answer', Color.PURPLE),
      ],
      leftYAxis: COUNT,
    };
  }

  /** Where CloudWatch looks for the function's metrics, if the dashboard is elsewhere. */
  private home(): { readonly searchRegion?: string; readonly searchAccount?: string } {
    const { region, account } = Stack.of(this.fn);
    return {
      ...(!Token.isUnresolved(region) && { searchRegion: region }),
      ...(!Token.isUnresolved(account) && { searchAccount: account }),
    };
  }

  private cacheNames(): string[] {
    const { level, cacheNames } = this.fn._observed;
    return level === MetricsLevel.CACHE ? [...new Set([...cacheNames(), ...this.options.caches])].sort() : [];
  }

  private bound(): HorizontalAnnotation[] {
    const value = this.fn._observed.memoryBound();
    return value === undefined ? [] : [{ value, label: 'bound', color: Color.RED }];
  }

  private metric(metric: CacheMetric, label: string, color?: string): IMetric {
    return this.fn.metricCache(metric, { period: this.options.period, label, color });
  }

  private math(formula: Formula, color?: string): IMetric {
    return mathOf(this.fn, formula, { period: this.options.period, color });
  }
}
