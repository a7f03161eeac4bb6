import { join } from 'node:path';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { functionOf } from './function';
import { HostProcess } from './host-process';
import type { Surrounding } from '../surrounding';

const LAYER_HANDLER = join(__dirname, '..', '..', '..', 'assets', 'layer', 'cdk-cached-function', 'handler.mjs');

/** The layer in one process that handles many requests at once, and never freezes. */
export const MANY_REQUESTS: Surrounding = {
  name: 'the layer, many requests in one process',
  has: ['lambda', 'overlap'],
  environment: (scenario, start) => {
    const { environment, functionName, memorySizeMb } = functionOf(scenario, start, Runtime.NODEJS_24_X);
    return HostProcess.start(LAYER_HANDLER, join(start.codeDirectory, 'origin.mjs'), {
      ...environment,
      LAMBDA_TASK_ROOT: start.codeDirectory,
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memorySizeMb),
      AWS_LAMBDA_MAX_CONCURRENCY: '64',
    });
  },
};
