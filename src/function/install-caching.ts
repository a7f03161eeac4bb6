import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CachePolicy } from './cache-policy';
import { CachingBaseProps } from './caching-base-props';
import { CachingOptions } from './caching-options';
import { checkFinalFunction } from './final-function';
import { completeEnvironment } from './function-environment';
import { warnOfPolicies } from './policy-warnings';
import { defaultNamespace, renderSettings, whereOf } from './render-settings';
import { LAYER_HANDLER, layerHash, ClientBundle, runtimeLayer } from './runtime-code';
import { HANDLER_VARIABLE, SETTINGS_VARIABLE } from '../contract/runtime-settings';
import { MetricsLevel } from '../monitoring/metrics/cache-metric-options';
import { warnOfUnreachable } from '../network/isolated-subnets';
import { FunctionVpc } from '../network/network';
import { inConstruct, invalidProp } from '../validation/errors';
import { warn } from '../validation/warnings';

/**
 * How a function gets its caching.
 *
 * @internal
 */
export interface InstallOptions extends CachingBaseProps {
  /** The class that the user sees, for messages. */
  readonly className: string;
  readonly caching: CachingOptions;
  /** Absent: the function is in no VPC. */
  readonly vpc?: FunctionVpc;
}

/**
 * Puts the runtime in front of a function's handler: layer, settings, and access to the shared cache and DAX. Checks the function once all
 * Aspects have been applied.
 *
 * @param policies the policies of single caches; read when the template is written
 * @internal
 */
export function installCaching(fn: LambdaFunction, options: InstallOptions, policies: ReadonlyMap<string, CachePolicy>): void {
  const { className, caching, vpc, sharedCache, dax, daxOptions, metrics, responses } = options;
  const resource = fn.node.defaultChild as CfnFunction;
  inConstruct(className, fn, () => {
    if (metrics !== undefined && !Token.isUnresolved(metrics) && !Object.values(MetricsLevel).includes(metrics)) {
      throw invalidProp('metrics', metrics, `must be one of ${Object.values(MetricsLevel).join(', ')}`, 'For example, use MetricsLevel.FUNCTION, or leave it out for MetricsLevel.CACHE.');
    }
  });
  const { shared, daxSettings, responseSettings } = inConstruct(className, fn, () => ({
    shared: sharedCache?._allowConnectionsFrom({ function: fn, vpc, namespace: caching.namespace, ownNamespace: defaultNamespace(fn) }),
    daxSettings: dax?._allowConnectionsFrom({ function: fn, vpc, options: daxOptions }),
    responseSettings: responses?._bind(),
  }));
  const clientBundles: ClientBundle[] = [...(shared === undefined ? [] : [shared.settings.kind]), ...(dax === undefined ? [] : ['dax' as const])];
  const layer = runtimeLayer(fn, clientBundles);
  fn.addLayers(layer);
  // Without this, and without the feature flag recognizeLayerVersion, an alias would stay with the old layer.
  fn.invalidateVersionBasedOn(layerHash(layer));
  fn.addEnvironment(HANDLER_VARIABLE, resource.handler!);
  resource.handler = LAYER_HANDLER;
  fn.addEnvironment(SETTINGS_VARIABLE, Lazy.string({
    // Policies are added after the function is created.
    produce: () => Stack.of(fn).toJsonString(
      renderSettings(fn, { caching, policies, metrics, shared, dax: daxSettings, responses: responseSettings }),
    ),
  }));
  completeEnvironment(resource, caching.mode);
  if (daxOptions !== undefined && dax === undefined) {
    warn(fn, 'noDax', '`daxOptions` has no effect without `dax`.', { prop: 'daxOptions' });
  }
  fn.node.addValidation({
    validate: () => {
      warnOfPolicies(fn, caching, policies, shared?.settings.kind);
      warnOfUnreachable(fn, vpc, { sharedCache, dax });
      return checkFinalFunction(fn.node.path, {
        className,
        resource,
        layer,
        clientBundles,
        maxMemory: caching.maxMemory,
        hardTimeouts: hardTimeouts(caching, policies),
        cachesResponses: responses !== undefined,
        ipv6Cache: sharedCache?._needs.ipv6 === true ? sharedCache : undefined,
      });
    },
  });
}

function hardTimeouts(caching: CachingOptions, policies: ReadonlyMap<string, CachePolicy>): Map<string, Duration> {
  const all = [['caching', caching] as const, ...[...policies].map(([name, policy]) => [whereOf(name), policy] as const)];
  return new Map(all.flatMap(([where, { hardTimeout }]) => hardTimeout === undefined ? [] : [[where, hardTimeout]]));
}
