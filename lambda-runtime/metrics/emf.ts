import { METRIC_DIMENSIONS, METRIC_NAMESPACE, type METRICS } from '../../src/contract/metrics.js';
import { Counters } from '../engine/counters.js';

/** The embedded metric format allows at most this many values for a metric in a line. */
const MAX_VALUES = 100;

/** Errors may quote data, and Lambda splits a line that is too long: then it is no longer JSON, and its metrics are lost. */
const MAX_REASON_LENGTH = 1_000;

/** Values by the names in METRICS. */
type Values = { readonly [metric in keyof typeof METRICS]?: number | readonly number[] };
type Dimensions = readonly (readonly string[])[];

const OF_FUNCTION: Dimensions = [[METRIC_DIMENSIONS.functionName]];
const OF_FUNCTION_AND_CACHE: Dimensions = [...OF_FUNCTION, [METRIC_DIMENSIONS.functionName, METRIC_DIMENSIONS.cacheName]];

const UNITS: { readonly [metric in keyof typeof METRICS]?: string } = {
  originDuration: 'Milliseconds',
  sharedLatency: 'Milliseconds',
  memoryBytes: 'Bytes',
};

/** The facts about the environment that are in every line. */
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
 * The lines in CloudWatch's embedded metric format with one cache's metrics of one invocation: one line, unless
 * the loader was called more often than a line holds durations.
 */
export function cacheLines(cacheName: string, counters: Counters, facts: CacheFacts): string[] {
  return counterLines(counters, facts, OF_FUNCTION_AND_CACHE, `,"${METRIC_DIMENSIONS.cacheName}":${JSON.stringify(cacheName)}`);
}

/** The same for all caches together, without naming them. */
export function functionLines(counted: readonly Counters[], facts: CacheFacts): string[] {
  return counted.length === 0 ? [] : counterLines(Counters.sum(counted), facts, OF_FUNCTION);
}

/** The line with the counts for the whole function. */
export function countsLine(metrics: Values, facts: EnvironmentFacts, properties?: Record<string, string>): string {
  return line(`${membersOf(properties ?? {})}${propertiesOf(facts)}`, facts.now, [partOf(metrics, OF_FUNCTION)]);
}

/** The line that reports that the runtime could not start and the function runs uncached. */
export function startFailureLine(reason: string, facts: EnvironmentFacts): string {
  return countsLine({ startFailures: 1 }, facts, { Reason: reason.slice(0, MAX_REASON_LENGTH) });
}

type Count = { [name in keyof Counters]: Counters[name] extends number ? name : never }[keyof Counters];

/** The counters that are left out of a line if they are zero. Hits and misses never are, since CloudWatch computes the hit rate from them. */
const OCCASIONAL = Object.entries(new Counters())
  .filter(([name, value]) => typeof value === 'number' && name !== 'hits' && name !== 'misses')
  .map(([name]) => name as Count);

function counterLines(counters: Counters, facts: CacheFacts, dimensions: Dimensions, properties = ''): string[] {
  // Each invocation has such a line: nothing is made that it need not have.
  let metrics = 'hits misses';
  let members = `,"Hits":${counters.hits},"Misses":${counters.misses}`;
  const add = (name: string, value: number | readonly number[]) => {
    metrics += ` ${name}`;
    members += memberOf(name, value);
  };
  for (const name of OCCASIONAL) {
    if (counters[name] > 0) {
      add(name, counters[name]);
    }
  }
  const { originDurations, sharedLatencies } = counters;
  const [first = {}, ...others] = originDurations.length + sharedLatencies.length === 0 ? []
    : chunks({ originDuration: originDurations, sharedLatency: sharedLatencies });
  Object.entries(first).forEach(([name, values]) => add(name, values));
  const all = properties + propertiesOf(facts);
  return [
    line(all, facts.now, [
      { metrics, members, dimensions },
      { metrics: 'memoryBytes', members: `,"MemoryBytes":${facts.memoryBytes}`, dimensions: OF_FUNCTION },
    ]),
    ...others.map((chunk) => line(all, facts.now, [partOf(chunk, dimensions)])),
  ];
}

/** Properties are not metrics and cost nothing; Logs Insights can query them. */
function propertiesOf({ functionName, requestId }: EnvironmentFacts): string {
  return `,"${METRIC_DIMENSIONS.functionName}":${JSON.stringify(functionName)}${requestId === undefined ? '' : `,"RequestId":${JSON.stringify(requestId)}`}`;
}

/** Metrics of a line that have the same dimensions. */
interface Part {
  /** Their names, with spaces in between. */
  readonly metrics: string;
  /** Names and values, in the form of the line. */
  readonly members: string;
  readonly dimensions: Dimensions;
}

function partOf(metrics: Values, dimensions: Dimensions): Part {
  return { metrics: Object.keys(metrics).join(' '), members: Object.entries(metrics).map(([name, value]) => memberOf(name, value)).join(''), dimensions };
}

function line(properties: string, timestamp: number, parts: readonly Part[]): string {
  let descriptions = '';
  let members = properties;
  for (const part of parts) {
    descriptions += `${descriptions === '' ? '' : ','}${described(part)}`;
    members += part.members;
  }
  return `{"_aws":{"Timestamp":${timestamp},"CloudWatchMetrics":[${descriptions}]}${members}}\n`;
}

/** The description of metrics is longer than their values, and the same in nearly every line, so it is built once for each set of metrics and dimensions. */
const descriptions = new Map<Dimensions, Map<string, string>>();

/** A function has a few sets. */
const MAX_DESCRIPTIONS = 200;

function described({ metrics, dimensions }: Part): string {
  let known = descriptions.get(dimensions);
  if (known === undefined || known.size >= MAX_DESCRIPTIONS) {
    known = new Map();
    descriptions.set(dimensions, known);
  }
  let text = known.get(metrics);
  if (text === undefined) {
    text = JSON.stringify({
      Namespace: METRIC_NAMESPACE,
      Dimensions: dimensions,
      Metrics: metrics.split(' ').map((metric) => ({ Name: nameOf(metric), Unit: UNITS[metric as keyof Values] ?? 'Count' })),
    });
    known.set(metrics, text);
  }
  return text;
}

function membersOf(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties).map(([name, value]) => `,"${name}":${JSON.stringify(value)}`).join('');
}

function memberOf(metric: string, value: number | readonly number[]): string {
  return `,"${nameOf(metric)}":${JSON.stringify(value)}`;
}

function nameOf(metric: string): string {
  return metric[0].toUpperCase() + metric.slice(1);
}

/** Splits durations into chunks that fit into a line. */
function chunks(durations: { readonly [metric in keyof Values]: readonly number[] }): Values[] {
  const recorded = Object.entries(durations).filter(([, values]) => values.length > 0);
  const count = Math.ceil(Math.max(0, ...recorded.map(([, values]) => values.length)) / MAX_VALUES);
  return Array.from({ length: count }, (_, i) => Object.fromEntries(recorded
    .map(([name, values]) => [name, values.slice(i * MAX_VALUES, (i + 1) * MAX_VALUES).map(roundToMicroseconds)] as const)
    .filter(([, values]) => values.length > 0)));
}

function roundToMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
