import { Annotations, Lazy, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import {
  CachePolicy, CachingOptions, checkCacheName, checkCaching, milliseconds, renderPolicy, renderWaits, warnOfNoSharedCache,
} from './cache-policy';
import { DaxOptions } from './dax/dax-access';
import { IDaxCluster } from './dax/dax-cluster-base';
import { defaultEntry } from './entry';
import { environmentErrors } from './environment-size';
import { checkOurs, invalidProp } from './errors';
import { heapOptions } from './heap-options';
import { checkMaxMemory, maxMemoryErrors, memoryBound, memorySizeOf } from './memory-bound';
import { MetricsLevel } from './observability/cache-metrics';
import { Observed } from './observability/observed';
import { WatchedFunction } from './observability/watched-function';
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
   * MemcachedCache, a RedisCompatibleCache, a user of one, or a DynamoDbCache. If it is in a VPC, the function must be in it too.
   *
   * @default - none: each environment has its own memory, and nothing else
   */
  readonly sharedCache?: ISharedCache;

  /**
   * A DAX cluster in front of the tables that the function's code uses by the document client of `cdk-cached-function/dynamodb`. The function
   * must be in its VPC. When DAX fails the client asks DynamoDB itself, which the function is permitted to; where the VPC has no NAT
   * gateway, that takes an endpoint: see CacheEndpoints.
   *
   * @default - none: the document client asks DynamoDB
   */
  readonly dax?: IDaxCluster;

  /**
   * What the function may do through `dax`, and how long it waits for it.
   *
   * @default - it may read and write, and waits half a second for a read
   */
  readonly daxOptions?: DaxOptions;

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
 * ```mts
 * import { cached } from 'cdk-cached-function/runtime';
 *
 * const product = cached('product', (id: string) => table.get(id));
 * export const handler = async (event) => product(event.pathParameters.id);
 * ```
 *
 * An entry is never the only copy of anything: environments, and all they remember, come and go as Lambda pleases.
 */
export class CachedFunction extends WatchedFunction {
  /**
   * @internal
   */
  public readonly _observed: Observed;

  private readonly policies = new Map<string, PolicySettings>();
  private readonly hasSharedCache: boolean;

  constructor(scope: Construct, id: string, props: CachedFunctionProps = {}) {
    const { caching = {}, sharedCache, dax, daxOptions, metrics, ...functionProps } = props;
    checkCaching(caching);
    checkMaxMemory(caching.maxMemory, functionProps.memorySize);
    checkRoomForLayer(functionProps);
    checkOurs('sharedCache', sharedCache, 'Pass a ServerlessCache, say, or what ServerlessCache.fromServerlessCacheAttributes() gives.');
    checkOurs('dax', dax, 'Pass a DaxCluster, or what DaxCluster.fromDaxClusterAttributes() gives.');
    super(scope, id, {
      ...functionProps,
      runtime: supportedRuntime(scope, functionProps.runtime),
      ...(functionProps.code === undefined && {
        entry: functionProps.entry ?? defaultEntry('CachedFunction', id),
        bundling: withRuntimeImport(functionProps.bundling),
      }),
    });

    const shared = sharedCache?._letIn({
      function: this, vpc: functionProps.vpc, namespace: caching.namespace, ownNamespace: this.defaultNamespace(),
    });
    this.hasSharedCache = shared !== undefined;
    const daxSettings = dax?._letIn({ function: this, vpc: functionProps.vpc, options: daxOptions });
    const parts = [...(shared === undefined ? [] : [shared.settings.kind]), ...(dax === undefined ? [] : ['dax' as const])];
    const layer = runtimeLayer(this, parts);
    this.addLayers(layer);
    if (functionProps.codeSigningConfig !== undefined) {
      warnOfUnsignedLayer(this, layer, parts);
    }
    const resource = this.node.defaultChild as CfnFunction;
    this.addEnvironment(HANDLER_VARIABLE, resource.handler!);
    resource.handler = LAYER_HANDLER;

    const nodeOptions = functionProps.environment?.NODE_OPTIONS;
    this.addEnvironment('NODE_OPTIONS', Lazy.string({
      // An Aspect or an escape hatch may give the function another size.
      produce: () => heapOptions(memorySizeOf(resource), nodeOptions) ?? nodeOptions,
    }));
    this.addEnvironment(SETTINGS_VARIABLE, Lazy.string({
      // Policies are added after the function was made.
      produce: () => Stack.of(this).toJsonString({ ...this.renderSettings(caching, shared, metrics), dax: daxSettings }),
    }));
    this.node.addValidation({ validate: () => [...environmentErrors(resource), ...maxMemoryErrors(caching.maxMemory, memorySizeOf(resource))] });
    warnOfNoSharedCache(this, caching, 'caching', this.hasSharedCache);
    if (daxOptions !== undefined && dax === undefined) {
      Annotations.of(this).addWarningV2('cdk-cached-function:noDax', '`daxOptions` without `dax`: of no effect.');
    }
    this._observed = {
      level: metrics ?? MetricsLevel.CACHE,
      sharedCache,
      dax,
      cacheNames: () => [...this.policies.keys()],
      memoryBound: () => memoryBound(caching.maxMemory, memorySizeOf(resource)),
    };
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
