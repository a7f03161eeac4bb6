import { Lazy, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import {
  CachePolicy, CachingOptions, checkCacheName, checkCaching, DEFAULT_MEMORY_MB, milliseconds, renderPolicy, renderWaits, warnOfNoSharedCache,
} from './cache-policy';
import { defaultEntry } from './entry';
import { environmentErrors } from './environment-size';
import { invalidProp } from './errors';
import { heapOptions } from './heap-options';
import { CacheMetricOptions, cacheMetric, hitRate, MetricsLevel } from './observability/cache-metrics';
import { checkRoomForLayer, LAYER_HANDLER, runtimeLayer, supportedRuntime, warnOfUnsignedLayer, withRuntimeImport } from './runtime-code';
import { HANDLER_VARIABLE, PolicySettings, RuntimeSettings, SETTINGS_VARIABLE } from './runtime-settings';
import { ISharedCache, SharedCacheBinding } from './shared-cache/shared-cache';

/**
 * Properties of a CachedFunction: those of a NodejsFunction, and how it caches.
 */
export interface CachedFunctionProps extends NodejsFunctionProps {
  /**
   * How the function caches.
   *
   * @default - what the handler's code says; entries fresh for 5 minutes, in a quarter of the function's memory
   */
  readonly caching?: CachingOptions;

  /**
   * A cache that outlives the function's environments, and that other functions may share: a ServerlessCache, a ReplicationGroupCache, a
   * RedisCompatibleCache, or a user of one. If it is in a VPC, the function must be in it too.
   *
   * @default - none: each environment has its own memory, and nothing else
   */
  readonly sharedCache?: ISharedCache;

  /**
   * How much the runtime tells CloudWatch.
   *
   * @default MetricsLevel.CACHE
   */
  readonly metrics?: MetricsLevel;
}

/**
 * A Lambda function whose expensive reads are cached in the memory that survives between its invocations.
 *
 * Takes every prop of NodejsFunction and is one: putting its name in the place of `NodejsFunction` only adds the cache.
 * The handler's code says what is cached:
 *
 * ```ts
 * import { cached } from 'cdk-cached-function/runtime';
 *
 * const product = cached('product', (id: string) => table.get(id));
 * export const handler = async (event) => product(event.pathParameters.id);
 * ```
 *
 * An entry is never the only copy of anything: environments, and all they remember, come and go as Lambda pleases.
 */
export class CachedFunction extends NodejsFunction {
  private readonly policies = new Map<string, PolicySettings>();
  private readonly hasSharedCache: boolean;

  constructor(scope: Construct, id: string, props: CachedFunctionProps = {}) {
    const { caching = {}, sharedCache, metrics, ...functionProps } = props;
    checkCaching(caching, functionProps.memorySize);
    checkRoomForLayer(functionProps);
    super(scope, id, {
      ...functionProps,
      runtime: supportedRuntime(scope, functionProps.runtime),
      ...(functionProps.code === undefined && {
        entry: functionProps.entry ?? defaultEntry('CachedFunction', id),
        bundling: withRuntimeImport(functionProps.bundling),
      }),
    });

    const shared = sharedCache?._letIn({ function: this, vpc: functionProps.vpc, namespace: caching.namespace });
    this.hasSharedCache = shared !== undefined;
    const flavour = shared?.settings.kind ?? 'memory';
    const layer = runtimeLayer(this, flavour);
    this.addLayers(layer);
    if (functionProps.codeSigningConfig !== undefined) {
      warnOfUnsignedLayer(this, layer, flavour);
    }
    const resource = this.node.defaultChild as CfnFunction;
    this.addEnvironment(HANDLER_VARIABLE, resource.handler!);
    resource.handler = LAYER_HANDLER;

    const nodeOptions = functionProps.environment?.NODE_OPTIONS;
    this.addEnvironment('NODE_OPTIONS', Lazy.string({
      // An Aspect or an escape hatch may give the function another size.
      produce: () => heapOptions(resource.memorySize ?? DEFAULT_MEMORY_MB, nodeOptions) ?? nodeOptions,
    }));
    this.addEnvironment(SETTINGS_VARIABLE, Lazy.string({
      // Policies are added after the function was made.
      produce: () => Stack.of(this).toJsonString(this.renderSettings(caching, shared, metrics)),
    }));
    this.node.addValidation({ validate: () => environmentErrors(resource) });
    warnOfNoSharedCache(this, caching, 'caching', this.hasSharedCache);
  }

  /**
   * Sets how one cache of the function behaves. Wins over the construct's `caching`, and that over the handler's code:
   * whoever operates the function can change it without touching the handler.
   *
   * @param cacheName the name that the handler's code gives to `cached(name, …)`
   * @param policy what differs from the rest of the function's caches
   * @throws if the name or the policy cannot be, or if the cache has a policy already
   */
  public addCachePolicy(cacheName: string, policy: CachePolicy): void {
    checkCacheName(cacheName, 'addCachePolicy(cacheName)');
    if (this.policies.has(cacheName)) {
      throw invalidProp('addCachePolicy(cacheName)', cacheName, 'must name a cache that has no policy yet', 'Merge the two calls into one.');
    }
    const where = `addCachePolicy('${cacheName}')`;
    this.policies.set(cacheName, renderPolicy(policy, where));
    warnOfNoSharedCache(this, policy, where, this.hasSharedCache);
  }

  /**
   * Calls that were answered without calling the loader, joined ones included.
   *
   * @default - sum over 5 minutes
   */
  public metricHits(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'hits', Stats.SUM, options);
  }

  /**
   * Calls that called the loader because no fresh entry was there.
   *
   * @default - sum over 5 minutes
   */
  public metricMisses(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'misses', Stats.SUM, options);
  }

  /**
   * Hits as a share of hits and misses, in percent. Calls that went past the cache count in neither.
   *
   * @default - over 5 minutes
   */
  public metricHitRate(options?: CacheMetricOptions): MathExpression {
    return hitRate(this.functionName, options);
  }

  /**
   * Calls of the loader.
   *
   * @default - sum over 5 minutes
   */
  public metricOriginCalls(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'originCalls', Stats.SUM, options);
  }

  /**
   * How long the loader took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricOriginDuration(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'originDuration', Stats.AVERAGE, options);
  }

  /**
   * Calls that an entry of the shared cache answered. They are among the hits.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedHits(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'sharedHits', Stats.SUM, options);
  }

  /**
   * Calls for which the shared cache had no entry either.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedMisses(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'sharedMisses', Stats.SUM, options);
  }

  /**
   * Errors of the shared cache, time-outs not included. The origin was asked instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedErrors(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'sharedErrors', Stats.SUM, options);
  }

  /**
   * Calls of the shared cache that took longer than they may. The origin was asked instead.
   *
   * @default - sum over 5 minutes
   */
  public metricSharedTimeouts(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'sharedTimeouts', Stats.SUM, options);
  }

  /**
   * How long the shared cache took, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricSharedLatency(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'sharedLatency', Stats.AVERAGE, options);
  }

  /**
   * How often an environment gave up on the shared cache for a while, after failures in a row.
   *
   * @default - sum over 5 minutes
   */
  public metricBreakerOpen(options?: CacheMetricOptions): Metric {
    return cacheMetric(this.functionName, 'breakerOpen', Stats.SUM, options);
  }

  /**
   * Lambda@Edge has neither layers nor environment variables.
   *
   * @internal
   */
  public override _checkEdgeCompatibility(): void {
    throw new Error(`CachedFunction: ${this.node.path} cannot run at Lambda@Edge, which has neither the layers nor the environment variables `
      + 'that the cache needs. Use a NodejsFunction there, or a CachedFunction with a function URL as the origin.');
  }

  private renderSettings(caching: CachingOptions, shared?: SharedCacheBinding, metrics?: MetricsLevel): RuntimeSettings {
    const { maxMemory, maxEntries, maxBackgroundTime, namespace } = caching;
    return {
      namespace: namespace ?? shared?.namespace ?? this.defaultNamespace(),
      ...(maxMemory !== undefined && { maxMemoryBytes: maxMemory.toBytes() }),
      ...(maxEntries !== undefined && { maxEntries }),
      ...(maxBackgroundTime !== undefined && { maxBackgroundMs: milliseconds(maxBackgroundTime, 'caching.maxBackgroundTime') }),
      ...(metrics !== undefined && metrics !== MetricsLevel.CACHE && { metrics }),
      caching: renderPolicy(caching, 'caching'),
      caches: Object.fromEntries(this.policies),
      ...(shared !== undefined && { shared: { ...shared.settings, ...renderWaits(caching) } }),
    };
  }

  /** Differs between accounts, regions, stacks and functions: dev and prod never meet by accident in a tier they share. */
  private defaultNamespace(): string {
    const stack = Stack.of(this);
    const pathInStack = this.node.path.slice(stack.node.path.length + 1);
    return [stack.account, stack.region, stack.stackName, pathInStack].join('/');
  }
}
