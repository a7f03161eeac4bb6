import { Duration, Lazy, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { CachePolicy, CachingOptions } from './cache-policy';
import { checkCacheName, checkCaching, milliseconds, renderPolicy, renderWaits } from './check-policy';
import { DaxOptions } from './dax/dax-access';
import { IDaxCluster } from './dax/dax-cluster-base';
import { defaultEntry } from './entry';
import { assertLibraryConstruct, errorIn, inConstruct, invalidProp, pathIn } from './errors';
import { checkFinalFunction } from './final-function';
import { completeEnvironment } from './function-environment';
import { memoryBound } from './function-memory';
import { injectedProps } from './injected-props';
import { warnOfUnreachable } from './isolated-subnets';
import { vpcOf } from './network';
import { MetricsLevel } from './observability/cache-metrics';
import { Observed } from './observability/observed';
import { WatchedFunction } from './observability/watched-function';
import { warnOfPolicies } from './policy-warnings';
import { checkRoomForLayer, LAYER_HANDLER, layerHash, LayerPart, runtimeLayer, supportedRuntime, withRuntimeImport } from './runtime-code';
import { HANDLER_VARIABLE, RuntimeSettings, SETTINGS_VARIABLE } from './runtime-settings';
import { ISharedCache, SharedCacheBinding } from './shared-cache/shared-cache';
import { warn } from './warnings';


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
  /** By which property injectors know this class. Those for a Lambda function apply too. */
  public static override readonly PROPERTY_INJECTION_ID: string = 'cdk-cached-function.CachedFunction';

  /**
   * @internal
   */
  public readonly _observed: Observed;

  private readonly policies = new Map<string, CachePolicy>();

  constructor(scope: Construct, id: string, props: CachedFunctionProps = {}) {
    const ownProps = injectedProps(CachedFunction.PROPERTY_INJECTION_ID, scope, id, props);
    const { caching = {}, sharedCache, dax, daxOptions, metrics, ...functionProps } = ownProps;
    super(scope, id, inConstruct('CachedFunction', pathIn(scope, id), () => {
      checkCaching(caching);
      checkRoomForLayer(functionProps);
      assertLibraryConstruct('sharedCache', sharedCache, 'Pass a ServerlessCache, say, or what ServerlessCache.fromServerlessCacheAttributes() gives.');
      assertLibraryConstruct('dax', dax, 'Pass a DaxCluster, or what DaxCluster.fromDaxClusterAttributes() gives.');
      return {
        ...functionProps,
        runtime: supportedRuntime(scope, functionProps.runtime),
        ...(functionProps.code === undefined && {
          entry: functionProps.entry ?? defaultEntry('CachedFunction', id),
          bundling: withRuntimeImport(functionProps.bundling),
        }),
      };
    }));

    // What an injector gave the function is in no props: it is read from the function and its resource.
    const resource = this.node.defaultChild as CfnFunction;
    const vpc = vpcOf(this, functionProps.vpc);
    const { shared, daxSettings } = inConstruct('CachedFunction', this, () => ({
      shared: sharedCache?._letIn({ function: this, vpc, namespace: caching.namespace, ownNamespace: this.defaultNamespace() }),
      daxSettings: dax?._letIn({ function: this, vpc, options: daxOptions }),
    }));
    const parts: LayerPart[] = [...(shared === undefined ? [] : [shared.settings.kind]), ...(dax === undefined ? [] : ['dax' as const])];
    const layer = runtimeLayer(this, parts);
    this.addLayers(layer);
    // Else, without the feature flag recognizeLayerVersion, an alias would stay with the old layer.
    this.invalidateVersionBasedOn(layerHash(layer));
    this.addEnvironment(HANDLER_VARIABLE, resource.handler!);
    resource.handler = LAYER_HANDLER;
    this.addEnvironment(SETTINGS_VARIABLE, Lazy.string({
      // Policies are added after the function was made.
      produce: () => Stack.of(this).toJsonString({ ...this.renderSettings(caching, shared, metrics), dax: daxSettings }),
    }));
    completeEnvironment(resource, caching.mode);
    this._observed = {
      level: metrics ?? MetricsLevel.CACHE,
      sharedCache,
      dax,
      cacheNames: () => [...this.policies.keys()],
      memoryBound: () => memoryBound(caching.maxMemory, resource),
    };
    if (daxOptions !== undefined && dax === undefined) {
      warn(this, 'noDax', '`daxOptions` without `dax`: of no effect.', { prop: 'daxOptions' });
    }
    this.node.addValidation({
      validate: () => {
        warnOfPolicies(this, caching, this.policies, shared?.settings.kind);
        warnOfUnreachable(this, vpc, { sharedCache, dax });
        return checkFinalFunction(this.node.path, { resource, layer, parts, maxMemory: caching.maxMemory, hardTimeouts: this.hardTimeouts(caching) });
      },
    });
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
    inConstruct('CachedFunction', this, () => {
      checkCacheName(cacheName, 'addCachePolicy(cacheName)');
      if (this.policies.has(cacheName)) {
        throw invalidProp('addCachePolicy(cacheName)', cacheName, 'must name a cache that has no policy yet', 'Merge the two calls into one.');
      }
      renderPolicy(policy, policyOf(cacheName));
    });
    this.policies.set(cacheName, policy);
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

  private renderSettings(caching: CachingOptions, shared?: SharedCacheBinding, metrics?: MetricsLevel): RuntimeSettings {
    const { maxMemory, maxEntries, maxBackgroundTime, namespace } = caching;
    return {
      namespace: namespace ?? shared?.namespace ?? this.defaultNamespace(),
      ...(maxMemory !== undefined && { maxMemoryBytes: maxMemory.toBytes() }),
      ...(maxEntries !== undefined && { maxEntries }),
      ...(maxBackgroundTime !== undefined && { maxBackgroundMs: milliseconds(maxBackgroundTime, 'caching.maxBackgroundTime') }),
      ...(metrics !== undefined && metrics !== MetricsLevel.CACHE && { metrics }),
      caching: renderPolicy(caching, 'caching'),
      caches: Object.fromEntries([...this.policies].map(([name, policy]) => [name, renderPolicy(policy, policyOf(name))])),
      ...(shared !== undefined && { shared: { ...shared.settings, ...renderWaits(caching) } }),
    };
  }

  private hardTimeouts(caching: CachingOptions): Map<string, Duration> {
    const said = [['caching', caching] as const, ...[...this.policies].map(([name, policy]) => [policyOf(name), policy] as const)];
    return new Map(said.flatMap(([where, { hardTimeout }]) => hardTimeout === undefined ? [] : [[where, hardTimeout]]));
  }

  /** Differs between accounts, regions, stacks and functions: dev and prod never meet by accident in a tier they share. */
  private defaultNamespace(): string {
    const stack = Stack.of(this);
    const pathInStack = this.node.path.slice(stack.node.path.length + 1);
    return [stack.account, stack.region, stack.stackName, pathInStack].join('/');
  }
}

function policyOf(cacheName: string): string {
  return `addCachePolicy('${cacheName}')`;
}
