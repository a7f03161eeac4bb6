import { dirname } from 'node:path';
import { LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import type { RuntimeSettings } from '../src/contract/runtime-settings';
import { type EmulatorOptions, LambdaEmulator } from '../tools/lambda-emulator';

/** A function with the layer on the emulator: on Lambda's own runtime client, with freezes. */
export function startOnEmulator(
  codeDirectory: string,
  settings: Partial<RuntimeSettings>,
  environment: Record<string, string>,
  options: EmulatorOptions,
): Promise<LambdaEmulator> {
  const {
    LAMBDA_TASK_ROOT: _, AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memorySizeMb, ...ours
  } = lambdaEnvironment(codeDirectory, settings);
  return LambdaEmulator.start({
    functionName,
    handler: '/opt/cdk-cached-function/handler.handler',
    codeDirectory,
    layerDirectories: [dirname(dirname(LAYER_HANDLER))],
    environment: { ...ours, ...environment },
    runtime: 'nodejs24.x',
    memorySizeMb: Number(memorySizeMb),
    timeoutMs: 30_000,
  }, options);
}
