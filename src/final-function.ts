import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import { CfnFunction, ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { checkEnvironmentSize } from './environment-size';
import { inConstruct, invalidProp } from './errors';
import { finalProperties } from './final-properties';
import { checkMaxMemory } from './function-memory';
import { checkRuntimeName, LAYER_HANDLER, LayerPart, MAX_LAYERS, warnOfUnsignedLayer } from './runtime-code';
import { HANDLER_VARIABLE, MODE_VARIABLE, MODES, SETTINGS_VARIABLE } from './runtime-settings';
import { warn } from './warnings';

/**
 * What the function has in the template, whoever gave it: props, injectors, Aspects and escape hatches. What is known only when deploying
 * is taken to be right.
 */

/**
 * @internal
 */
export interface FinalFunctionOptions {
  readonly resource: CfnFunction;
  readonly layer: ILayerVersion;
  readonly parts: readonly LayerPart[];
  readonly maxMemory?: Size;
  /** The `hardTimeout` of each policy, by where it is said. */
  readonly hardTimeouts: ReadonlyMap<string, Duration>;
}

/**
 * Checks the function, after all Aspects; warns of what is risky.
 *
 * @returns what is wrong with it
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
  ];
  warnOfFinalFunction(properties, options);
  return checks.flatMap((check) => {
    try {
      inConstruct('CachedFunction', path, check);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

/** Products for tracing put their handler in front, and name ours in a variable. */
function checkHandler(handler: unknown, variables: Record<string, unknown>): void {
  if (typeof handler === 'string' && handler !== LAYER_HANDLER && !Object.values(variables).includes(LAYER_HANDLER)) {
    throw invalidProp('handler of the function', handler, `must be the layer's, '${LAYER_HANDLER}'`,
      'An injector, an Aspect or an escape hatch has replaced it, and the function would run without its cache. '
      + "Your own handler belongs into the prop `handler`; a handler that calls the layer's must have its name in an environment variable.");
  }
}

function checkLayers(layers: unknown, { resource, layer }: FinalFunctionOptions): void {
  if (layers !== undefined && !Array.isArray(layers)) {
    return;
  }
  const arns = (layers as unknown[] | undefined ?? []).map((arn) => JSON.stringify(arn));
  if (!arns.includes(JSON.stringify(Stack.of(resource).resolve(layer.layerVersionArn)))) {
    throw invalidProp('layers of the function', `${arns.length} others`, "must have the runtime's layer among them",
      'An injector, an Aspect or an escape hatch has replaced them, and the function would not start. Add layers with addLayers().');
  }
  if (arns.length > MAX_LAYERS) {
    throw invalidProp('layers of the function', `${arns.length} layers`, `must be ${MAX_LAYERS} at most, with the runtime's`,
      "Lambda allows no more. An injector or an Aspect may have added one: put two of them into one, or into the function's bundle.");
  }
}

function checkVariables(variables: Record<string, unknown>): void {
  for (const name of [HANDLER_VARIABLE, SETTINGS_VARIABLE]) {
    if (variables[name] === undefined) {
      throw invalidProp(`the environment variable ${name}`, undefined, 'must be as CachedFunction sets it',
        'An Aspect or an escape hatch has replaced the environment, and the function would run without its cache. Add variables with addEnvironment().');
    }
  }
  const mode = variables[MODE_VARIABLE];
  if (typeof mode === 'string' && mode !== '' && !MODES.some((known) => known === mode)) {
    throw invalidProp(`the environment variable ${MODE_VARIABLE}`, mode, `must be one of ${MODES.join(', ')}`, 'Leave it out, or empty: the cache is then on.');
  }
}

/** Lambda's own. */
const DEFAULT_TIMEOUT_SECONDS = 3;

function warnOfFinalFunction(properties: Readonly<Record<string, unknown>>, { resource, layer, parts, hardTimeouts }: FinalFunctionOptions): void {
  const fn = resource.node.scope!;
  if (properties.CodeSigningConfigArn !== undefined) {
    warnOfUnsignedLayer(fn, layer, parts);
  }
  if (properties.DurableConfig !== undefined) {
    warn(fn, 'durable', 'A durable function is replayed from its beginning, and a cached read may then return something else than before. Call cached functions inside a step, whose result is kept.',
      { prop: 'durableConfig' });
  }
  const timeout = properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS;
  for (const [where, hardTimeout] of hardTimeouts) {
    if (typeof timeout === 'number' && !Token.isUnresolved(timeout) && !hardTimeout.isUnresolved() && hardTimeout.toMilliseconds({ integral: false }) >= timeout * 1_000) {
      warn(fn, 'hardTimeout', `\`${where}.hardTimeout\` (${hardTimeout.toHumanString()}) never ends a load: Lambda ends the function after ${timeout} seconds. Raise the function's \`timeout\`, or lower hardTimeout.`,
        { policy: where });
    }
  }
}
