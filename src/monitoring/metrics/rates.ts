import { Tokenization } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CacheMetric } from './cache-metric';
import { Formula } from './cache-metrics';

/**
 * A share in percent, with the number that it is a share of.
 *
 * The runtime leaves out counts of zero, except hits and misses. FILL makes them zero next to a metric that has data, and SUM adds the
 * metrics that have data. If nothing happened at all, the share has no data.
 *
 * @internal
 */
export interface Rate extends Formula {
  /** The expression of the number that the share is of. */
  readonly denominator: string;
}

/**
 * Calls that were answered without calling the loader.
 *
 * @internal
 */
export const HIT_RATE: Rate = {
  label: 'Hit rate',
  expression: '100 * hits / (hits + misses)',
  denominator: 'hits + misses',
  parts: { hits: CacheMetric.HITS, misses: CacheMetric.MISSES },
};

/**
 * Loader calls that failed.
 *
 * @internal
 */
export const ERROR_RATE: Rate = {
  label: 'Error rate',
  expression: '100 * FILL(errors, 0) / calls',
  denominator: 'calls',
  parts: { errors: CacheMetric.ORIGIN_ERRORS, calls: CacheMetric.ORIGIN_CALLS },
};

/**
 * Calls to the shared cache that failed, took too long, or were skipped because earlier ones had failed.
 *
 * Every call that is made has a latency, even if it fails.
 *
 * @internal
 */
export const SHARED_FAILURE_RATE: Rate = {
  label: 'Failure rate of the shared cache',
  expression: '100 * SUM([errors, timeouts, skips]) / SUM([calls, skips])',
  denominator: 'SUM([calls, skips])',
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
 * The same share, with no data if it is a share of too few calls.
 *
 * @internal
 */
export function fromAtLeast(minRequests: number, rate: Rate): Formula {
  // A token would be written as an encoded number, with an `e`, which CDK warns of as an unknown identifier.
  const least = Tokenization.stringifyNumber(minRequests);
  return { ...rate, expression: `IF(${rate.denominator} >= ${least}, ${rate.expression})` };
}
