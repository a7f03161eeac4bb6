import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../src/runtime-settings.js';
import type { Counters } from '../engine/counters.js';

/** The specification of the embedded metric format allows at most this many values for a metric in a line. */
const MAX_VALUES = 100;

type Values = Record<string, number | readonly number[]>;

const UNITS: Record<string, string> = { [METRICS.originDuration]: 'Milliseconds', [METRICS.memoryBytes]: 'Bytes' };

export interface MetricContext {
  readonly functionName: string;
  readonly requestId?: string;
  readonly now: number;
}

/**
 * The lines in CloudWatch's embedded metric format that tell what one cache did during one invocation.
 *
 * One line, unless the loader was called more often than a line holds durations. Counts of zero are left out, hits and
 * misses excepted: from those two CloudWatch computes the hit rate.
 */
export function cacheLines(cacheName: string, counters: Counters, memoryBytes: number, context: MetricContext): string[] {
  const counts: Values = { [METRICS.hits]: counters.hits, [METRICS.misses]: counters.misses };
  for (const name of ['joinedHits', 'bypasses', 'originCalls', 'originErrors', 'uncacheable', 'evictions'] as const) {
    if (counters[name] > 0) {
      counts[METRICS[name]] = counters[name];
    }
  }
  const durations = chunks(counters.originDurations.map(roundToMicroseconds));
  if (durations.length > 0) {
    counts[METRICS.originDuration] = durations[0];
  }
  return [
    line({ CacheName: cacheName, ...propertiesOf(context) }, context.now, [
      { metrics: counts, dimensions: [[METRIC_DIMENSIONS.functionName], [METRIC_DIMENSIONS.functionName, METRIC_DIMENSIONS.cacheName]] },
      { metrics: { [METRICS.memoryBytes]: memoryBytes }, dimensions: [[METRIC_DIMENSIONS.functionName]] },
    ]),
    ...durations.slice(1).map((chunk) => line({ CacheName: cacheName, ...propertiesOf(context) }, context.now, [{
      metrics: { [METRICS.originDuration]: chunk },
      dimensions: [[METRIC_DIMENSIONS.functionName], [METRIC_DIMENSIONS.functionName, METRIC_DIMENSIONS.cacheName]],
    }])),
  ];
}

/** The line that says that the runtime could not start and the function runs uncached. */
export function startFailureLine(reason: string, context: MetricContext): string {
  return line({ Reason: reason, ...propertiesOf(context) }, context.now, [
    { metrics: { [METRICS.startFailures]: 1 }, dimensions: [[METRIC_DIMENSIONS.functionName]] },
  ]);
}

/** Properties are no metrics and cost nothing; Logs Insights can query them. */
function propertiesOf(context: MetricContext): Record<string, string> {
  return {
    [METRIC_DIMENSIONS.functionName]: context.functionName,
    ...(context.requestId !== undefined && { RequestId: context.requestId }),
  };
}

function line(
  properties: Record<string, string>,
  timestamp: number,
  directives: readonly { metrics: Values; dimensions: readonly (readonly string[])[] }[],
): string {
  return `${JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: directives.map(({ metrics, dimensions }) => ({
        Namespace: METRIC_NAMESPACE,
        Dimensions: dimensions,
        Metrics: Object.keys(metrics).map((name) => ({ Name: name, Unit: UNITS[name] ?? 'Count' })),
      })),
    },
    ...properties,
    ...Object.assign({}, ...directives.map(({ metrics }) => metrics)) as Values,
  })}\n`;
}

function chunks(values: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(values.length / MAX_VALUES) }, (_, i) => values.slice(i * MAX_VALUES, (i + 1) * MAX_VALUES));
}

function roundToMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
