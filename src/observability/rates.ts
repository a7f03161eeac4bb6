import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheMetric } from './cache-metric';
import { Formula } from './cache-metrics';

/**
 * A share in percent, and of how many it is one.
 *
 * The runtime leaves out counts of zero, hits and misses excepted: FILL makes them zero beside a metric that is there, and SUM adds up
 * whichever of several are there. Where nothing happened at all there is no data, not a share of nothing.
 *
 * @internal
 */
export interface Rate extends Formula {
  /** The expression of the number that the share is of. */
  readonly of: string;
}

/**
 * Calls that were answered without calling the loader.
 *
 * @internal
 */
export const HIT_RATE: Rate = {
  label: 'Hit rate',
  expression: '100 * hits / (hits + misses)',
  of: 'hits + misses',
  parts: { hits: CacheMetric.HITS, misses: CacheMetric.MISSES },
};

/**
 * Calls of the loader that failed.
 *
 * @internal
 */
export const ERROR_RATE: Rate = {
  label: 'Error rate',
  expression: '100 * FILL(errors, 0) / calls',
  of: 'calls',
  parts: { errors: CacheMetric.ORIGIN_ERRORS, calls: CacheMetric.ORIGIN_CALLS },
};

/**
 * Calls of the shared cache that brought nothing: they failed, took too long, or were not made because others had.
 *
 * Every call that is made has a latency, also one that fails.
 *
 * @internal
 */
export const SHARED_FAILURE_RATE: Rate = {
  label: 'Failure rate of the shared cache',
  expression: '100 * SUM([errors, timeouts, skips]) / SUM([calls, skips])',
  of: 'SUM([calls, skips])',
  parts: {
    errors: CacheMetric.SHARED_ERRORS,
    timeouts: CacheMetric.SHARED_TIMEOUTS,
    skips: CacheMetric.SHARED_SKIPS,
    calls: CacheMetric.SHARED_LATENCY,
  },
  statistics: { calls: Stats.SAMPLE_COUNT },
};

/**
 * The memory of the fullest environment.
 *
 * @param boundBytes as text: it may be known only when deploying
 * @internal
 */
export function memoryUsage(boundBytes: string): Formula {
  return { label: 'Memory usage', expression: `100 * memory / ${boundBytes}`, parts: { memory: CacheMetric.MEMORY_BYTES } };
}

/**
 * The same, where it is a share of enough to mean something; else no data.
 *
 * @internal
 */
export function fromAtLeast(minRequests: number, rate: Rate): Formula {
  return { ...rate, expression: `IF(${rate.of} >= ${minRequests}, ${rate.expression})` };
}
