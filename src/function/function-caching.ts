import { Alarm, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, Function as LambdaFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { CachePolicy } from './cache-policy';
import { checkCacheName, checkPolicy } from './check-policy';
import { memoryBound } from './function-memory';
import { installCaching, InstallOptions } from './install-caching';
import { whereOf } from './render-settings';
import { RESPONSE_CACHE } from '../contract/response-settings';
import { CacheAlarmOptions, CacheAlarmsOptions, CacheRateAlarmOptions } from '../monitoring/alarms/alarm-options';
import { FunctionAlarms } from '../monitoring/alarms/function-alarms';
import { CacheMetric } from '../monitoring/metrics/cache-metric';
import { CacheMetricOptions, MetricsLevel } from '../monitoring/metrics/cache-metric-options';
import { cacheMetric, rateOf } from '../monitoring/metrics/cache-metrics';
import { MonitoredFunction } from '../monitoring/metrics/monitored-function';
import { ERROR_RATE, HIT_RATE } from '../monitoring/metrics/rates';
import { errorIn, inConstruct, invalidProp } from '../validation/errors';

/** Where a function keeps its caching. A global symbol, so that every copy of this library in an app finds it. */
const SLOT = Symbol.for('cdk-cached-function.caching');

type Slot = { [SLOT]?: FunctionCaching };

/**
 * The caching of one function: its policies, metrics and alarms. A CachedFunction has the same methods itself; use this class for a
 * function with the Caching mixin.
 */
export class FunctionCaching {
  /**
   * The caching of a CachedFunction, or of a function that has the Caching mixin.
   *
   * @throws Error if the function has none
   */
  public static of(fn: IFunction): FunctionCaching {
    const caching = (fn as Slot)[SLOT];
    if (caching === undefined) {
      throw errorIn('FunctionCaching', fn, 'the function has no caching. Make it a CachedFunction, or add caching first with `fn.with(new Caching())`.');
    }
    return caching;
  }

  /**
   * @internal
   */
  public static _isIn(fn: IFunction): boolean {
    return (fn as Slot)[SLOT] !== undefined;
  }

  /**
   * @internal
   */
  public static _add(fn: LambdaFunction, options: InstallOptions): FunctionCaching {
    const caching = new FunctionCaching(fn, options);
    Object.defineProperty(fn, SLOT, { value: caching });
    return caching;
  }

  /**
   * @internal
   */
  public readonly _monitoring: MonitoredFunction;

  private readonly policies = new Map<string, CachePolicy>();
  private readonly alarms: FunctionAlarms;

  private constructor(fn: LambdaFunction, private readonly options: InstallOptions) {
    const { sharedCache, dax, metrics, caching, className, responses } = options;
    installCaching(fn, options, this.policies);
    this._monitoring = {
      className,
      fn,
      level: metrics ?? MetricsLevel.CACHE,
      sharedCache,
      dax,
      cacheNames: () => [...new Set([...this.policies.keys(), ...(responses === undefined ? [] : [RESPONSE_CACHE])])],
      memoryBound: () => memoryBound(caching.maxMemory, fn.node.defaultChild as CfnFunction),
    };
    this.alarms = new FunctionAlarms(this._monitoring);
  }

  /**
   * Sets the policy of one of the function's caches. It overrides the construct's `caching`, which overrides the handler's code, so an
   * operator can change the policy without touching the handler.
   *
   * @param cacheName the name that the handler's code passes to `cached(name, …)`
   * @param policy the options that differ from the function's other caches
   * @throws Error if the name or the policy is invalid, or if the cache has a policy already
   */
  public addCachePolicy(cacheName: string, policy: CachePolicy): void {
    const { className } = this.options;
    inConstruct(className, this._monitoring.fn, () => {
      checkCacheName(cacheName, 'addCachePolicy(cacheName)');
      if (this.policies.has(cacheName)) {
        throw invalidProp('addCachePolicy(cacheName)', cacheName, 'must name a cache that has no policy yet', 'Merge the two calls into one.');
      }
      checkPolicy(policy, whereOf(cacheName));
    });
    this.policies.set(cacheName, policy);
  }

  /**
   * Any metric of the runtime. The most common ones also have their own methods.
   *
   * @default - over 5 minutes: the average of durations, the maximum of bytes, the sum of everything else
   */
  public metricCache(metric: CacheMetric, options?: CacheMetricOptions): Metric {
    return cacheMetric(this._monitoring, metric, options);
  }

  /**
   * Calls that were answered without calling the loader, coalesced ones included.
   *
   * @default - sum over 5 minutes
   */
  public metricHits(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.HITS, options);
  }

  /**
   * Calls that called the loader because there was no usable entry.
   *
   * @default - sum over 5 minutes
   */
  public metricMisses(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.MISSES, options);
  }

  /**
   * Hits as a share of hits and misses, in percent. Calls that bypassed the cache count in neither.
   *
   * @default - over 5 minutes
   */
  public metricHitRate(options?: CacheMetricOptions): MathExpression {
    return rateOf(this._monitoring, HIT_RATE, options);
  }

  /**
   * Loader calls.
   *
   * @default - sum over 5 minutes
   */
  public metricOriginCalls(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.ORIGIN_CALLS, options);
  }

  /**
   * Failed loader calls as a share of all loader calls, in percent.
   *
   * @default - over 5 minutes
   */
  public metricErrorRate(options?: CacheMetricOptions): MathExpression {
    return rateOf(this._monitoring, ERROR_RATE, options);
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
   * Calls that an entry from the shared cache answered. They count as hits too.
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
   * Errors from the shared cache, except timeouts. The loader was called instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedErrors(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.SHARED_ERRORS, options);
  }

  /**
   * Calls to the shared cache that exceeded their deadline. The loader was called instead.
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
   * Invocations in which the breaker was open: the shared cache had failed several times in a row and was not called.
   *
   * @default - sum over 5 minutes
   */
  public metricBreakerOpen(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.BREAKER_OPEN, options);
  }

  /**
   * The document client's requests that went to DynamoDB because DAX failed, was skipped or does not support them.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxFallbacks(options?: CacheMetricOptions): Metric {
    return this.metricCache(CacheMetric.DAX_FALLBACKS, options);
  }

  /**
   * DAX failures, except timeouts and requests that DynamoDB would have rejected too.
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

  /**
   * Adds an alarm that fires when the hit rate falls below a bound. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addHitRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.alarms.addHitRateAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the share of failed loader calls exceeds a bound. Periods with fewer loader calls than `minRequests` do
   * not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addErrorRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.alarms.addErrorRateAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the entries in the fullest environment take more than a given share of `caching.maxMemory`. A full
   * cache keeps working: it evicts entries.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addMemoryAlarm(name: string, options: CacheAlarmOptions): Alarm {
    return this.alarms.addMemoryAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the share of failed calls to the shared cache exceeds a bound. A call counts as failed if it returns an
   * error, times out, or is skipped because the breaker is open. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addSharedFailureRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.alarms.addSharedFailureRateAlarm(name, options);
  }

  /**
   * Adds alarms of two severities. Each bound creates the same alarm as the method for a single alarm, named 'Warning' or 'Critical'.
   *
   * @throws Error if one of them could never fire, or an option is invalid
   */
  public addAlarms(options: CacheAlarmsOptions): Alarm[] {
    return this.alarms.addAlarms(options);
  }
}
