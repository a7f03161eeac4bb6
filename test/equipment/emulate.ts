import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction, CachedFunctionProps } from '../../src';
import { type EmulatorOptions, type FunctionDefinition, type InvocationResult, LambdaEmulator, missingParts } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';

// CloudFormation's own validation takes a second per synth, and has its own test.
process.env.CDK_VALIDATION = 'false';

/** The Node.js version of suites on the emulator. test/api/valkey-on-node-22.test.ts runs every scenario on Node.js 22, too. */
export const RUNTIMES = [Runtime.NODEJS_24_X];

/** The versions for tests of an environment's life cycle (INIT and its errors, freezes, work after the response), where they differ. */
export const LIFE_CYCLE_RUNTIMES = [Runtime.NODEJS_22_X, ...RUNTIMES];

/** `describe` for suites that need Lambda's runtime client; if it is missing, it skips them, and the summary reports that. */
export const describeOnLambda = missingParts().length === 0 ? describe : describe.skip;

/** The path of a handler's source in test/handlers. */
export function handlerSource(name: string): string {
  return join(__dirname, 'handlers', `${name}.ts`);
}

/** The function that CloudFormation would create from a CachedFunction. */
export function synthesizedFunction(props: Partial<CachedFunctionProps>, customize: (fn: CachedFunction) => void = () => {}): FunctionDefinition {
  const app = new App();
  customize(new CachedFunction(new Stack(app, 'Shop'), 'GetThing', { entry: handlerSource('get-thing'), runtime: Runtime.NODEJS_24_X, ...props }));
  return functionsFromAssembly(app.synth().directory)[0];
}

/** Runs a test's body against a function on the emulator, and always stops the emulator. */
export async function withEmulator<T>(
  definition: FunctionDefinition,
  body: (emulator: LambdaEmulator) => Promise<T>,
  options: EmulatorOptions = {},
): Promise<T> {
  const emulator = await LambdaEmulator.start(definition, { fastInit: true, ...options });
  try {
    return await body(emulator);
  } finally {
    await emulator.stop();
  }
}

export interface MetricDirective {
  readonly Dimensions: readonly string[][];
  readonly Metrics: readonly { readonly Name: string }[];
}

/** A line of metrics as CloudWatch reads it. */
export interface EmfLine {
  readonly _aws: { readonly CloudWatchMetrics: readonly MetricDirective[] };
  readonly CacheName?: string;
  readonly FunctionName: string;
  readonly RequestId?: string;
  readonly [metric: string]: unknown;
}

export function emfLines(stdout: readonly string[]): EmfLine[] {
  return stdout.filter((line) => line.startsWith('{"_aws":')).map((line) => JSON.parse(line) as EmfLine);
}

/** The counts of an invocation, including its work after the response. */
export function sum({ stdout }: Pick<InvocationResult, 'stdout'>, metric: string): number {
  return emfLines(stdout).reduce((total, line) => total + Number(line[metric] ?? 0), 0);
}
