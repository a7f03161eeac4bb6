import { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * The metrics that a function's runtime writes.
 *
 * CloudWatch bills custom metrics by their number, not by their values; the README lists the cost.
 */
export enum MetricsLevel {
  /** No metrics, unless the runtime cannot start. */
  NONE = 'none',
  /** One set of metrics for the function. */
  FUNCTION = 'function',
  /** One set of metrics for the function, and one for each of its caches. */
  CACHE = 'cache',
}
/**
 * Options of a metric: the cache, and CloudWatch's options.
 */
export interface CacheMetricOptions extends MetricOptions {
  /**
   * The name of one cache, as in the handler's `cached(name, …)`.
   *
   * @default - all caches of the function
   */
  readonly cache?: string;
}
