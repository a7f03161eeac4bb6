import { join } from 'node:path';
import { bundle, type ProcessOptions, runInFreshProcess } from './fresh-process';
import { HANDLER_VARIABLE, METRICS, SETTINGS_VARIABLE } from '../src/runtime-settings';

/** The layer's handler as it is shipped: what runs in Lambda, not the sources. */
export const LAYER_HANDLER = join(__dirname, '..', 'assets', 'layers', 'memory', 'cdk-cached-function', 'handler.mjs');

/** What the construct writes into a function's environment, and Lambda adds to it. */
export function lambdaEnvironment(taskRoot: string, maxMemoryBytes: number): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: 'Benchmark',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    LAMBDA_TASK_ROOT: taskRoot,
    [HANDLER_VARIABLE]: 'index.handler',
    [SETTINGS_VARIABLE]: JSON.stringify({ namespace: 'benchmark', maxMemoryBytes, caching: {}, caches: {} }),
  };
}

/** The metrics of one invocation, from the line that went to CloudWatch. */
export type InvocationMetrics = { readonly [metric in (typeof METRICS)[keyof typeof METRICS]]?: number };

export class LambdaProcess {
  private constructor(private readonly client: string, private readonly taskRoot: string) {}

  /**
   * Bundles a user's handler. What it imports as `cdk-cached-function/runtime` stays an import, which the layer's handler
   * answers with the runtime that it has set up.
   */
  public static async of(handlerEntry: string, workDirectory: string): Promise<LambdaProcess> {
    const taskRoot = join(workDirectory, 'task');
    await bundle(handlerEntry, join(taskRoot, 'index.js'));
    const client = await bundle(join(__dirname, 'inside', 'runtime-client.ts'), join(workDirectory, 'runtime-client.mjs'));
    return new LambdaProcess(client, taskRoot);
  }

  /** One event, handled by the layer's handler around the user's, in an environment of its own. */
  public async invoke<R>(
    event: unknown,
    { maxMemoryBytes, nodeFlags }: { maxMemoryBytes: number } & Pick<ProcessOptions, 'nodeFlags'>,
  ): Promise<{ response: R; metrics: InvocationMetrics }> {
    const { message, stdout } = await runInFreshProcess<R>(this.client, [LAYER_HANDLER, JSON.stringify(event)], {
      environment: lambdaEnvironment(this.taskRoot, maxMemoryBytes),
      nodeFlags,
    });
    const line = stdout.split('\n').find((each) => each.includes('"CacheName"'));
    if (line === undefined) {
      throw new Error(`The invocation wrote no metrics, so what was measured is not the runtime as it is deployed. It wrote: ${stdout}`);
    }
    return { response: message, metrics: JSON.parse(line) as InvocationMetrics };
  }
}
