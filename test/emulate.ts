import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction, CachedFunctionProps } from '../src';
import { type EmulatorOptions, type FunctionDefinition, type InvocationResult, LambdaEmulator, missingParts } from './lambda-emulator';
import { functionsFromAssembly } from './lambda-emulator/cloud-assembly';

// CloudFormation's own validation costs a second a synth, and has a test of its own where it matters.
process.env.CDK_VALIDATION = 'false';

export const RUNTIMES = [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X];

/** `describe` for what needs Lambda's runtime client; where that is missing, skips, and the summary says so. */
export const describeOnLambda = missingParts().length === 0 ? describe : describe.skip;

/** The path of a handler's source in test/handlers. */
export function handlerSource(name: string): string {
  return join(__dirname, 'handlers', `${name}.ts`);
}

/** What CloudFormation would make of a CachedFunction. */
export function synthesizedFunction(props: Partial<CachedFunctionProps>, customize: (fn: CachedFunction) => void = () => {}): FunctionDefinition {
  const app = new App();
  customize(new CachedFunction(new Stack(app, 'Shop'), 'GetThing', { entry: handlerSource('get-thing'), runtime: Runtime.NODEJS_24_X, ...props }));
  return functionsFromAssembly(app.synth().directory)[0];
}

/** Runs a test's body against a function on the emulator, and stops that whatever happens. */
export async function withEmulator<T>(
  definition: FunctionDefinition,
  body: (emulator: LambdaEmulator) => Promise<T>,
  options: EmulatorOptions = {},
): Promise<T> {
  const emulator = await LambdaEmulator.start(definition, options);
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

/** What an invocation has counted, work after the response included. */
export function sum({ stdout }: Pick<InvocationResult, 'stdout'>, metric: string): number {
  return emfLines(stdout).reduce((total, line) => total + Number(line[metric] ?? 0), 0);
}
