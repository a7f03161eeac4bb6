import { Lazy, Token } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { memoryMb } from './function-memory';
import { heapOptions } from './heap-options';
import { MODE_VARIABLE } from '../contract/runtime-settings';

const EXEC_WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER';

/**
 * Makes OpenTelemetry's wrapper scripts instrument ES modules, such as the layer's handler. They only look for modules in the function's
 * own code.
 */
const ESM_VARIABLE = 'HANDLER_IS_ESM';

/**
 * Adds the runtime's variables to those that props, injectors and Aspects set. It runs when the template is written, after all of them.
 *
 * @param mode the construct's
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

/** Sorted as aws-cdk-lib sorts them: a version of the function depends on their order. */
function sorted(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).sort(([one], [other]) => one < other ? -1 : 1));
}
