import { createHash } from 'node:crypto';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CacheMetric } from './cache-metric';
import { CacheMetricOptions, cacheMetric, mathOf } from './cache-metrics';
import { Observed } from './observed';
import { ERROR_RATE, HIT_RATE, Rate } from './rates';

/**
 * The metrics of a CachedFunction.
 *
 * @internal
 */
export abstract class MeasuredFunction extends NodejsFunction {
  /**
   * @internal
   */
  public abstract readonly _observed: Observed;

  /**
   * Whatever the runtime counts. For what is asked for most there are methods.
   *
   * @default - over 5 minutes: the average of durations, the maximum of bytes, the sum of everything else
   */
  public metricCache(metric: CacheMetric, options?: CacheMetricOptions): Metric {
    return cacheMetric(this, metric, options);
  }

  /**
   * Calls that were answered without calling the loader, joined ones included.
   *
   * @default - sum over 5 minutes
   */
  public metricHits(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.HITS, options);
  }

  /**
   * Calls that called the loader because no fresh entry was there.
   *
   * @default - sum over 5 minutes
   */
  public metricMisses(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.MISSES, options);
  }

  /**
   * Hits as a share of hits and misses, in percent. Calls that went past the cache count in neither.
   *
   * @default - over 5 minutes
   */
  public metricHitRate(options?: CacheMetricOptions): MathExpression {
    return this.rate(HIT_RATE, options);
  }

  /**
   * Calls of the loader.
   *
   * @default - sum over 5 minutes
   */
  public metricOriginCalls(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.ORIGIN_CALLS, options);
  }

  /**
   * Calls of the loader that failed, as a share of all its calls, in percent.
   *
   * @default - over 5 minutes
   */
  public metricErrorRate(options?: CacheMetricOptions): MathExpression {
    return this.rate(ERROR_RATE, options);
  }

  /**
   * How long the loader took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricOriginDuration(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.ORIGIN_DURATION, options);
  }

  /**
   * Calls that an entry of the shared cache answered. They are among the hits.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedHits(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_HITS, options);
  }

  /**
   * Calls for which the shared cache had no entry either.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedMisses(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_MISSES, options);
  }

  /**
   * Errors of the shared cache, time-outs not included. The origin was asked instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedErrors(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_ERRORS, options);
  }

  /**
   * Calls of the shared cache that took longer than they may. The origin was asked instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedTimeouts(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_TIMEOUTS, options);
  }

  /**
   * How long the shared cache took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricSharedLatency(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_LATENCY, options);
  }

  /**
   * How often an environment gave up on the shared cache for a while, after failures in a row.
   *
   * @default - sum over 5 minutes
   */
  public metricBreakerOpen(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.BREAKER_OPEN, options);
  }

  /**
   * Requests of the document client that went to DynamoDB itself: DAX failed, or could not do them.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxFallbacks(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.DAX_FALLBACKS, options);
  }

  /**
   * Failures of DAX, time-outs not included, nor what DynamoDB would have refused too.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxErrors(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.DAX_ERRORS, options);
  }

  /**
   * Requests that DAX did not answer in time.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxTimeouts(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.DAX_TIMEOUTS, options);
  }

  /** Rates of several functions and caches may be in one graph. */
  private rate(rate: Rate, options?: CacheMetricOptions): MathExpression {
    const whose = createHash('sha256').update(`${this.node.addr} ${options?.cache ?? ''}`).digest('hex');
    return mathOf(this, rate, options, `_${whose.slice(0, 8)}`);
  }
}
