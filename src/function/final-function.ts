import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction, ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { checkNoBatches } from './batch-sources';
import { checkEnvironmentSize } from './environment-size';
import { finalProperties } from './final-properties';
import { checkMaxMemory } from './function-memory';
import { checkRuntimeName, LAYER_HANDLER, ClientBundle, MAX_LAYERS, warnOfUnsignedLayer } from './runtime-code';
import { MODES } from '../contract/options';
import { HANDLER_VARIABLE, MODE_VARIABLE, SETTINGS_VARIABLE } from '../contract/runtime-settings';
import { inConstruct, invalidProp, invalidUse } from '../validation/errors';
import { warn } from '../validation/warnings';

/**
 * Checks of the function as it is in the template, from any source: props, injectors, Aspects and escape hatches. Values that are known
 * only when deploying pass.
 */

/**
 * @internal
 */
export interface FinalFunctionOptions {
  /** The class that the user sees, for messages. */
  readonly className: string;
  readonly resource: CfnFunction;
  readonly layer: ILayerVersion;
  readonly clientBundles: readonly ClientBundle[];
  readonly maxMemory?: Size;
  /** The `hardTimeout` of each policy, by where it is set. */
  readonly hardTimeouts: ReadonlyMap<string, Duration>;
  /** Whether whole responses are cached. */
  readonly cachesResponses: boolean;
  /** The shared cache, if it has only IPv6 addresses. */
  readonly ipv6Cache?: IConstruct;
}

/**
 * Checks the function, after all Aspects; warns of risks.
 *
 * @returns the errors' messages
 * @internal
 */
export function checkFinalFunction(path: string, options: FinalFunctionOptions): string[] {
  const { resource } = options;
  const properties = finalProperties(resource);
  const variables = (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  const checks: (() => void)[] = [
    () => { checkRuntimeName(properties.Runtime ?? properties.PackageType); },
    () => { checkHandler(properties.Handler, variables); },
    () => { checkLayers(properties.Layers, options); },
    () => { checkVariables(variables); },
    () => { checkMaxMemory(options.maxMemory, resource, variables.NODE_OPTIONS); },
    () => { checkEnvironmentSize(variables); },
    () => { checkAddresses(properties.VpcConfig, options.ipv6Cache); },
    () => { if (options.cachesResponses) checkNoBatches(resource); },
  ];
  warnOfFinalFunction(properties, options);
  return checks.flatMap((check) => {
    try {
      inConstruct(options.className, path, check);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

/** Tracing products replace the handler by their own, and name ours in a variable. */
function checkHandler(handler: unknown, variables: Record<string, unknown>): void {
  if (typeof handler === 'string' && handler !== LAYER_HANDLER && !Object.values(variables).includes(LAYER_HANDLER)) {
    throw invalidProp("the function's handler", handler, `must be the layer's, '${LAYER_HANDLER}'`,
      'An injector, an Aspect or an escape hatch has replaced it, and the function would run without its cache. '
      + "Set your own handler with the prop `handler`; a handler that calls the layer's must have the layer's handler in an environment variable.");
  }
}

function checkLayers(layers: unknown, { resource, layer }: FinalFunctionOptions): void {
  if (layers !== undefined && !Array.isArray(layers)) {
    return;
  }
  const arns = (layers as unknown[] | undefined ?? []).map((arn) => JSON.stringify(arn));
  if (!arns.includes(JSON.stringify(Stack.of(resource).resolve(layer.layerVersionArn)))) {
    throw invalidUse(`the function must have the runtime's layer, which is not among its layers (${arns.length}). `
      + 'An injector, an Aspect or an escape hatch has replaced them, and the function would not start. Add layers with addLayers().');
  }
  if (arns.length > MAX_LAYERS) {
    throw invalidProp('the number of layers', arns.length, `must be at most ${MAX_LAYERS}, including the runtime's`,
      "Lambda allows no more. An injector or an Aspect may have added one: merge two of them, or move one into the function's bundle.");
  }
}

function checkVariables(variables: Record<string, unknown>): void {
  for (const name of [HANDLER_VARIABLE, SETTINGS_VARIABLE]) {
    if (variables[name] === undefined) {
      throw invalidProp(`the environment variable ${name}`, undefined, 'must have the value that CachedFunction sets',
        'An Aspect or an escape hatch has replaced the environment, and the function would run without its cache. Add variables with addEnvironment().');
    }
  }
  const mode = variables[MODE_VARIABLE];
  if (typeof mode === 'string' && mode !== '' && !MODES.some((known) => known === mode)) {
    throw invalidProp(`the environment variable ${MODE_VARIABLE}`, mode, `must be one of ${MODES.join(', ')}`, 'To keep the cache on, leave it out or empty.');
  }
}

/** A function has IPv6 addresses only on request. */
function checkAddresses(vpcConfig: unknown, ipv6Cache: IConstruct | undefined): void {
  const allowed = (vpcConfig as { Ipv6AllowedForDualStack?: unknown } | undefined)?.Ipv6AllowedForDualStack;
  if (ipv6Cache !== undefined && (allowed === undefined || allowed === false)) {
    throw invalidProp('ipv6AllowedForDualStack', allowed, `must be true: ${ipv6Cache.node.path} has only IPv6 addresses`,
      'Set it, in subnets that have IPv6; or give the cache CacheNetworkType.DUAL_STACK.');
  }
}

/** Lambda's own. */
const DEFAULT_TIMEOUT_SECONDS = 3;

function warnOfFinalFunction(properties: Readonly<Record<string, unknown>>, options: FinalFunctionOptions): void {
  const { resource, layer, clientBundles, hardTimeouts } = options;
  const fn = resource.node.scope!;
  if (properties.CodeSigningConfigArn !== undefined) {
    warnOfUnsignedLayer(fn, layer, clientBundles);
  }
  if (properties.DurableConfig !== undefined) {
    warn(fn, 'durable', 'A durable function replays from its beginning, and a cached read may then return a different value. Call cached functions inside a step, whose result is stored.',
      { prop: 'durableConfig' });
  }
  const timeout = properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS;
  for (const [where, hardTimeout] of hardTimeouts) {
    if (typeof timeout === 'number' && !Token.isUnresolved(timeout) && !hardTimeout.isUnresolved() && hardTimeout.toMilliseconds({ integral: false }) >= timeout * 1_000) {
      warn(fn, 'hardTimeout', `\`${where}.hardTimeout\` (${hardTimeout.toHumanString()}) never takes effect: Lambda ends the invocation after ${timeout} seconds. Raise the function's \`timeout\`, or lower hardTimeout.`,
        { policy: where });
    }
  }
}
