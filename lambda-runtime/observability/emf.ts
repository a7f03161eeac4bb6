import { METRIC_DIMENSIONS, METRIC_NAMESPACE, type METRICS } from '../../src/runtime-settings.js';
import { Counters } from '../engine/counters.js';

/** The specification of the embedded metric format allows at most this many values for a metric in a line. */
const MAX_VALUES = 100;

/** Errors quote what they are about, and Lambda splits a line that is too long: then it is no JSON, and no metric. */
const MAX_REASON_LENGTH = 1_000;

/** By the names that METRICS gives them. */
type Values = { readonly [metric in keyof typeof METRICS]?: number | readonly number[] };
type Dimensions = readonly (readonly string[])[];

const OF_FUNCTION: Dimensions = [[METRIC_DIMENSIONS.functionName]];
const OF_FUNCTION_AND_CACHE: Dimensions = [...OF_FUNCTION, [METRIC_DIMENSIONS.functionName, METRIC_DIMENSIONS.cacheName]];

const UNITS: { readonly [metric in keyof typeof METRICS]?: string } = {
  originDuration: 'Milliseconds',
  sharedLatency: 'Milliseconds',
  memoryBytes: 'Bytes',
};

/** What is true of the whole environment, and stands in every line. */
export interface EnvironmentFacts {
  readonly functionName: string;
  readonly requestId?: string;
  readonly now: number;
}

export interface CacheFacts extends EnvironmentFacts {
  /** Estimated bytes of all entries of all caches. */
  readonly memoryBytes: number;
}

/**
 * The lines in CloudWatch's embedded metric format that tell what one cache did during one invocation: one line, unless
 * the loader was called more often than a line holds durations.
 */
export function cacheLines(cacheName: string, counters: Counters, facts: CacheFacts): string[] {
  return counterLines(counters, facts, OF_FUNCTION_AND_CACHE, { [METRIC_DIMENSIONS.cacheName]: cacheName });
}

/** The same for all caches together, without naming them. */
export function functionLines(counted: readonly Counters[], facts: CacheFacts): string[] {
  return counted.length === 0 ? [] : counterLines(Counters.sum(counted), facts, OF_FUNCTION, {});
}

/** The line that tells what was counted for the function as a whole. */
export function countsLine(metrics: Values, facts: EnvironmentFacts, properties?: Record<string, string>): string {
  return line({ ...properties, ...propertiesOf(facts) }, facts.now, [{ metrics, dimensions: OF_FUNCTION }]);
}

/** The line that says that the runtime could not start and the function runs uncached. */
export function startFailureLine(reason: string, facts: EnvironmentFacts): string {
  return countsLine({ startFailures: 1 }, facts, { Reason: reason.slice(0, MAX_REASON_LENGTH) });
}

/**
 * Counts of zero are left out, hits and misses excepted: from those two CloudWatch computes the hit rate.
 */
function counterLines(counters: Counters, facts: CacheFacts, dimensions: Dimensions, properties: Record<string, string>): string[] {
  const { hits, misses, originDurations, sharedLatencies, ...others } = counters;
  const counts: Values = { hits, misses, ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)) };
  const durations = chunks({ originDuration: originDurations, sharedLatency: sharedLatencies });
  const all = { ...properties, ...propertiesOf(facts) };
  return [
    line(all, facts.now, [
      { metrics: { ...counts, ...durations[0] }, dimensions },
      { metrics: { memoryBytes: facts.memoryBytes }, dimensions: OF_FUNCTION },
    ]),
    ...durations.slice(1).map((chunk) => line(all, facts.now, [{ metrics: chunk, dimensions }])),
  ];
}

/** Properties are no metrics and cost nothing; Logs Insights can query them. */
function propertiesOf({ functionName, requestId }: EnvironmentFacts): Record<string, string> {
  return { [METRIC_DIMENSIONS.functionName]: functionName, ...(requestId !== undefined && { RequestId: requestId }) };
}

function line(
  properties: Record<string, string>,
  timestamp: number,
  directives: readonly { readonly metrics: Values; readonly dimensions: Dimensions }[],
): string {
  const values: Record<string, unknown> = {};
  const described = directives.map(({ metrics, dimensions }) => ({
    Namespace: METRIC_NAMESPACE,
    Dimensions: dimensions,
    Metrics: (Object.keys(metrics) as (keyof Values)[]).map((metric) => {
      const name = metric[0].toUpperCase() + metric.slice(1);
      values[name] = metrics[metric];
      return { Name: name, Unit: UNITS[metric] ?? 'Count' };
    }),
  }));
  return `${JSON.stringify({ _aws: { Timestamp: timestamp, CloudWatchMetrics: described }, ...properties, ...values })}\n`;
}

/** Durations in as many portions as it takes for none to be longer than a line may hold. */
function chunks(durations: { readonly [metric in keyof Values]: readonly number[] }): Values[] {
  const count = Math.ceil(Math.max(...Object.values(durations).map((values) => values.length)) / MAX_VALUES);
  return Array.from({ length: count }, (_, i) => Object.fromEntries(Object.entries(durations)
    .map(([name, values]) => [name, values.slice(i * MAX_VALUES, (i + 1) * MAX_VALUES).map(roundToMicroseconds)] as const)
    .filter(([, values]) => values.length > 0)));
}

function roundToMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
