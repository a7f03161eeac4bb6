import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
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

/** The metrics of the cache that an invocation used, from the line that went to CloudWatch. */
export type InvocationMetrics = { readonly [metric in (typeof METRICS)[keyof typeof METRICS]]?: number };

/** A user's handler, to be invoked by the layer's handler as in Lambda. */
export class LambdaFunction {
  private constructor(private readonly client: string, private readonly taskRoot: string) {}

  /**
   * Bundles the handler. What it imports as `cdk-cached-function/runtime` stays an import, which the layer's handler answers
   * with the runtime that it has set up.
   */
  public static async of(handlerEntry: string, workDirectory: string): Promise<LambdaFunction> {
    const taskRoot = join(workDirectory, 'task');
    await bundle(handlerEntry, join(taskRoot, 'index.js'));
    const client = await bundle(join(__dirname, 'inside', 'runtime-client.ts'), join(workDirectory, 'runtime-client.mjs'));
    return new LambdaFunction(client, taskRoot);
  }

  /** Hands one event to the function, in an environment of its own. Run with --expose-gc. */
  public invoke(event: unknown, maxMemoryBytes: number): RunningInvocation {
    return new RunningInvocation(new FreshProcess(this.client, [LAYER_HANDLER, JSON.stringify(event)], {
      environment: lambdaEnvironment(this.taskRoot, maxMemoryBytes),
      nodeFlags: ['--expose-gc'],
    }));
  }
}

/** An invocation under way, whose handler may converse by `process.send` before it returns. */
export class RunningInvocation {
  public constructor(private readonly process: FreshProcess) {}

  public ask<R>(question: string): Promise<R> {
    this.process.send(question);
    return this.process.nextMessage<R>();
  }

  /** What the handler sends next, and returns at last. */
  public nextMessage<M>(): Promise<M> {
    return this.process.nextMessage<M>();
  }

  /** The metrics of the cache that it used, if it used one. */
  public async end(): Promise<InvocationMetrics | undefined> {
    const line = (await this.process.end()).split('\n').find((each) => each.includes('"CacheName"'));
    return line === undefined ? undefined : JSON.parse(line) as InvocationMetrics;
  }
}
