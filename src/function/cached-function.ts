import { Alarm, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { NodejsFunction, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { CachePolicy } from './cache-policy';
import { CachingBaseProps } from './caching-base-props';
import { CachingOptions } from './caching-options';
import { checkCaching } from './check-policy';
import { checkResponses } from './check-responses';
import { bundleDirectly } from './direct-bundling';
import { defaultEntry } from './entry';
import { FunctionCaching } from './function-caching';
import { injectedProps } from './injected-props';
import { checkRoomForLayer, supportedRuntime, withRuntimeImport } from './runtime-code';
import { CacheAlarmOptions, CacheAlarmsOptions, CacheRateAlarmOptions } from '../monitoring/alarms/alarm-options';
import { CacheMetric } from '../monitoring/metrics/cache-metric';
import { CacheMetricOptions } from '../monitoring/metrics/cache-metric-options';
import { vpcOf } from '../network/network';
import { assertLibraryConstruct, errorIn, inConstruct, pathIn } from '../validation/errors';

/**
 * Properties of a CachedFunction: those of a NodejsFunction, and those of its caching.
 */
export interface CachedFunctionProps extends NodejsFunctionProps, CachingBaseProps {
  /**
   * The caching options of the function.
   *
   * @default - what the handler's code sets, else entries fresh for 5 minutes, in a quarter of the function's memory
   */
  readonly caching?: CachingOptions;
}

/**
 * A Lambda function whose expensive reads are cached in the memory that survives between its invocations.
 *
 * It is a NodejsFunction and takes all of its props: if you replace a `NodejsFunction` with it, you only add the cache. The handler's
 * code chooses what is cached:
 *
 * ```mts
 * import { cached } from 'cdk-cached-function/runtime';
 *
 * const product = cached('product', (id: string) => table.get(id));
 * export const handler = async (event) => product(event.pathParameters.id);
 * ```
 *
 * An entry is never the only copy of anything: Lambda starts and stops environments, with their memory, at any time.
 */
export class CachedFunction extends NodejsFunction {
  /** The id by which property injectors recognise this class. Injectors for a Lambda function apply too. */
  public static override readonly PROPERTY_INJECTION_ID: string = 'cdk-cached-function.CachedFunction';

  private readonly functionCaching: FunctionCaching;

  constructor(scope: Construct, id: string, props: CachedFunctionProps = {}) {
    const ownProps = injectedProps(CachedFunction.PROPERTY_INJECTION_ID, scope, id, props);
    const { caching = {}, sharedCache, dax, daxOptions, metrics, responses, ...functionProps } = ownProps;
    // First an ordinary NodejsFunction with the user's handler, whose errors name this construct.
    super(scope, id, inConstruct('CachedFunction', pathIn(scope, id), () => {
      checkCaching(caching);
      checkResponses(responses);
      checkRoomForLayer(functionProps);
      assertLibraryConstruct('sharedCache', sharedCache, 'For example, pass a ServerlessCache or the result of ServerlessCache.fromServerlessCacheAttributes().');
      assertLibraryConstruct('dax', dax, 'Pass a DaxCluster, or the result of DaxCluster.fromDaxClusterAttributes().');
      const runtime = supportedRuntime(scope, functionProps.runtime);
      return { ...functionProps, runtime, ...(functionProps.code === undefined && codeOf(scope, id, { ...functionProps, runtime })) };
    }));

    // Then the runtime in front of that handler: the layer, its settings, and access to the caches (install-caching.ts).
    // An injector's VPC is not in the props, so it is read from the function itself.
    const vpc = vpcOf(this, functionProps.vpc);
    this.functionCaching = FunctionCaching._add(this, { className: 'CachedFunction', vpc, caching, sharedCache, dax, daxOptions, metrics, responses });
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
    this.functionCaching.addCachePolicy(cacheName, policy);
  }

  /**
   * Any metric of the runtime. The most common ones also have their own methods.
   *
   * @default - over 5 minutes: the average of durations, the maximum of bytes, the sum of everything else
   */
  public metricCache(metric: CacheMetric, options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricCache(metric, options);
  }

  /**
   * Calls that were answered without calling the loader, coalesced ones included.
   *
   * @default - sum over 5 minutes
   */
  public metricHits(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricHits(options);
  }

  /**
   * Calls that called the loader because there was no usable entry.
   *
   * @default - sum over 5 minutes
   */
  public metricMisses(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricMisses(options);
  }

  /**
   * Hits as a share of hits and misses, in percent. Calls that bypassed the cache count in neither.
   *
   * @default - over 5 minutes
   */
  public metricHitRate(options?: CacheMetricOptions): MathExpression {
    return this.functionCaching.metricHitRate(options);
  }

  /**
   * Loader calls.
   *
   * @default - sum over 5 minutes
   */
  public metricOriginCalls(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricOriginCalls(options);
  }

  /**
   * Failed loader calls as a share of all loader calls, in percent.
   *
   * @default - over 5 minutes
   */
  public metricErrorRate(options?: CacheMetricOptions): MathExpression {
    return this.functionCaching.metricErrorRate(options);
  }

  /**
   * How long the loader took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricOriginDuration(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricOriginDuration(options);
  }

  /**
   * Calls that an entry from the shared cache answered. They count as hits too.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedHits(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricSharedHits(options);
  }

  /**
   * Calls for which the shared cache had no entry either.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedMisses(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricSharedMisses(options);
  }

  /**
   * Errors from the shared cache, except timeouts. The loader was called instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedErrors(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricSharedErrors(options);
  }

  /**
   * Calls to the shared cache that exceeded their deadline. The loader was called instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedTimeouts(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricSharedTimeouts(options);
  }

  /**
   * How long the shared cache took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricSharedLatency(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricSharedLatency(options);
  }

  /**
   * Invocations in which the breaker was open: the shared cache had failed several times in a row and was not called.
   *
   * @default - sum over 5 minutes
   */
  public metricBreakerOpen(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricBreakerOpen(options);
  }

  /**
   * The document client's requests that went to DynamoDB because DAX failed, was skipped or does not support them.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxFallbacks(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricDaxFallbacks(options);
  }

  /**
   * DAX failures, except timeouts and requests that DynamoDB would have rejected too.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxErrors(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricDaxErrors(options);
  }

  /**
   * Requests that DAX did not answer in time.
   *
   * @default - sum over 5 minutes
   */
  public metricDaxTimeouts(options?: CacheMetricOptions): Metric {
    return this.functionCaching.metricDaxTimeouts(options);
  }

  /**
   * Adds an alarm that fires when the hit rate falls below a bound. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addHitRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.functionCaching.addHitRateAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the share of failed loader calls exceeds a bound. Periods with fewer loader calls than `minRequests` do
   * not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addErrorRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.functionCaching.addErrorRateAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the entries in the fullest environment take more than a given share of `caching.maxMemory`. A full
   * cache keeps working: it evicts entries.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addMemoryAlarm(name: string, options: CacheAlarmOptions): Alarm {
    return this.functionCaching.addMemoryAlarm(name, options);
  }

  /**
   * Adds an alarm that fires when the share of failed calls to the shared cache exceeds a bound. A call counts as failed if it returns an
   * error, times out, or is skipped because the breaker is open. Periods with fewer calls than `minRequests` do not count.
   *
   * @param name unique among the function's alarms of this kind, usually a severity
   * @throws Error if the alarm could never fire, or an option is invalid
   */
  public addSharedFailureRateAlarm(name: string, options: CacheRateAlarmOptions): Alarm {
    return this.functionCaching.addSharedFailureRateAlarm(name, options);
  }

  /**
   * Adds alarms of two severities. Each bound creates the same alarm as the method for a single alarm, named 'Warning' or 'Critical'.
   *
   * @throws Error if one of them could never fire, or an option is invalid
   */
  public addAlarms(options: CacheAlarmsOptions): Alarm[] {
    return this.functionCaching.addAlarms(options);
  }

  /**
   * Lambda@Edge has neither layers nor environment variables.
   *
   * @internal
   */
  public override _checkEdgeCompatibility(): void {
    throw errorIn('CachedFunction', this, 'the function cannot run at Lambda@Edge, which has neither the layers nor the environment variables '
      + 'that the cache needs. Use a NodejsFunction there, or a CachedFunction with a function URL as the origin.');
  }
}

/** The code of a function that has an entry file: bundled here if possible, else by NodejsFunction. */
function codeOf(scope: Construct, id: string, { handler = 'handler', ...props }: NodejsFunctionProps): Pick<NodejsFunctionProps, 'code' | 'handler' | 'entry' | 'bundling'> {
  const source = { entry: props.entry ?? defaultEntry('CachedFunction', id), bundling: withRuntimeImport(props.bundling) };
  const code = bundleDirectly(scope, { ...props, ...source });
  return code === undefined ? { ...source, handler } : { code, handler: handler.includes('.') ? handler : `index.${handler}` };
}
