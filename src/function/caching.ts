import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { IConstruct, IMixin } from 'constructs';
import { CachingBaseProps } from './caching-base-props';
import { CachingOptions } from './caching-options';
import { checkCaching, checkCachingValues } from './check-policy';
import { checkResponses } from './check-responses';
import { finalProperties } from './final-properties';
import { FunctionCaching } from './function-caching';
import { checkRuntimeName, MAX_LAYERS } from './runtime-code';
import { isStandIn, warnOfStandIn } from './stand-ins';
import { vpcOf } from '../network/network';
import { assertLibraryConstruct, errorIn, inConstruct, invalidProp, invalidUse } from '../validation/errors';

/**
 * Properties of the Caching mixin: the function's caching options, its shared caches and its metrics.
 */
export interface CachingProps extends CachingOptions, CachingBaseProps {}

/**
 * Caching for a Node.js function that another construct creates: `fn.with(new Caching({ ttl: Duration.minutes(5) }))`.
 *
 * Adds everything that a CachedFunction has: the runtime's layer, settings, permissions and network access to the shared cache, metrics and
 * alarms. Use `FunctionCaching.of(fn)` for metrics and alarms. The handler's code imports `cdk-cached-function/runtime`. Its bundle may
 * contain a copy of that package or leave the import external: either way it uses the layer's runtime.
 *
 * `Mixins.of(scope, selector).apply(new Caching())` adds caching to each selected function.
 */
export class Caching implements IMixin {
  private readonly props: CachingProps;
  private readonly functions = new WeakSet<IConstruct>();

  public constructor(props: CachingProps = {}) {
    this.props = props;
  }

  /**
   * Whether this construct is a Lambda function, or stands for one. `applyTo` checks whether it can have caching, so that an unsuitable
   * function causes an error instead of being skipped silently.
   */
  public supports(construct: IConstruct): boolean {
    return construct instanceof LambdaFunction || isStandIn(construct);
  }

  /**
   * Adds caching to a function. Aliases, versions, imported functions, SingletonFunctions and CfnFunctions cannot have caching: they cause
   * a warning at synth, unless the mixin is applied to the function behind them as well.
   *
   * @throws Error if the construct is not a function, already has caching, has no supported Node.js runtime, is a container image, or has
   *   no room for a layer; or if an option is invalid
   */
  public applyTo(construct: IConstruct): void {
    if (isStandIn(construct)) {
      warnOfStandIn(construct, (fn) => this.functions.has(fn));
      return;
    }
    if (!(construct instanceof LambdaFunction)) {
      throw errorIn('Caching', construct, 'only a Lambda function can have caching. Apply the mixin to the function itself.');
    }
    const { sharedCache, dax, daxOptions, metrics, responses, ...caching } = this.props;
    inConstruct('Caching', construct, () => {
      (Object.getPrototypeOf(this) === Caching.prototype ? checkCaching : checkCachingValues)(caching);
      checkResponses(responses);
      checkFunction(construct);
      assertLibraryConstruct('sharedCache', sharedCache, 'For example, pass a ServerlessCache or the result of ServerlessCache.fromServerlessCacheAttributes().');
      assertLibraryConstruct('dax', dax, 'Pass a DaxCluster, or the result of DaxCluster.fromDaxClusterAttributes().');
    });
    FunctionCaching._add(construct, { className: 'Caching', vpc: vpcOf(construct), caching, sharedCache, dax, daxOptions, metrics, responses });
    this.functions.add(construct);
  }
}

function checkFunction(fn: LambdaFunction): void {
  if (FunctionCaching._isIn(fn)) {
    throw invalidUse('the function already has caching. Apply the mixin to a function only once; a CachedFunction has its own caching: set its props.');
  }
  const { PackageType, Layers } = finalProperties(fn.node.defaultChild as CfnFunction);
  if (PackageType === 'Image') {
    throw invalidUse('the function is a container image, which cannot have layers, and the runtime is a layer. Install cdk-cached-function in the image instead: `cached()` '
      + 'then caches in memory, without metrics or a shared cache.');
  }
  checkRuntimeName(fn.runtime.name);
  if (Array.isArray(Layers) && Layers.length >= MAX_LAYERS) {
    throw invalidProp('the number of layers', Layers.length, `must be at most ${MAX_LAYERS - 1}`,
      `Lambda allows ${MAX_LAYERS}, and one is for the runtime: merge two of yours, or move one into the function's bundle.`);
  }
}
