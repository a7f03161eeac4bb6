import { Lazy, Token } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { memoryMb } from './function-memory';
import { heapOptions } from './heap-options';
import { MODE_VARIABLE } from './runtime-settings';

const EXEC_WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER';

/**
 * By this, OpenTelemetry's wrapper scripts load themselves in front of ES modules, as the layer's handler is. They look for modules in the
 * function's own code only.
 */
const ESM_VARIABLE = 'HANDLER_IS_ESM';

/**
 * Lets the function's environment have what the runtime needs beside the variables that anybody gave the function: props, injectors and
 * Aspects. So this runs when the template is written.
 *
 * @param mode that of the construct
 * @internal
 */
export function completeEnvironment(resource: CfnFunction, mode?: string): void {
  const given = resource.environment;
  resource.environment = Lazy.uncachedAny({
    produce: (context) => {
      const { variables = {} } = context.resolve(given ?? {}) as { variables?: Record<string, unknown> };
      return { variables: sorted({ ...variables, ...additions(variables, resource, mode) }) };
    },
  });
}

function additions(variables: Record<string, unknown>, resource: CfnFunction, mode?: string): Record<string, unknown> {
  const memory = memoryMb(resource);
  const nodeOptions = variables.NODE_OPTIONS;
  const heap = memory !== undefined && (nodeOptions === undefined || isKnown(nodeOptions)) ? heapOptions(memory, nodeOptions) : undefined;
  const givenMode = variables[MODE_VARIABLE];
  return {
    ...(heap !== undefined && { NODE_OPTIONS: heap }),
    // The runtime's modes are in lower case.
    ...(isKnown(givenMode) && { [MODE_VARIABLE]: givenMode.trim().toLowerCase() }),
    ...(givenMode === undefined && mode !== undefined && { [MODE_VARIABLE]: mode }),
    ...(variables[EXEC_WRAPPER] !== undefined && variables[ESM_VARIABLE] === undefined && { [ESM_VARIABLE]: 'true' }),
  };
}

function isKnown(value: unknown): value is string {
  return typeof value === 'string' && !Token.isUnresolved(value);
}

/** As aws-cdk-lib has them: a version of the function depends on their order. */
function sorted(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).sort(([one], [other]) => one < other ? -1 : 1));
}
