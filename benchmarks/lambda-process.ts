import { basename, join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import { METRICS } from '../src/contract/metrics';
import { HANDLER_VARIABLE, type RuntimeSettings, SETTINGS_VARIABLE } from '../src/contract/runtime-settings';

/** The layer's handler as shipped: the code that runs in Lambda, not the sources. */
export const LAYER_HANDLER = join(__dirname, '..', 'assets', 'layer', 'cdk-cached-function', 'handler.mjs');

/** Enough that nothing is evicted, unless a benchmark says otherwise. */
const ROOM_BYTES = 64 * 1024 * 1024;

/** A function's environment variables, from the construct and from Lambda. */
export function lambdaEnvironment(taskRoot: string, settings: Partial<RuntimeSettings> = {}): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: 'Benchmark',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
    LAMBDA_TASK_ROOT: taskRoot,
    [HANDLER_VARIABLE]: 'index.handler',
    [SETTINGS_VARIABLE]: JSON.stringify({ namespace: 'benchmark', maxMemoryBytes: ROOM_BYTES, caching: {}, caches: {}, ...settings }),
  };
}

/** The metrics of the cache that an invocation used, from its line for CloudWatch. */
export type InvocationMetrics = { readonly [metric in (typeof METRICS)[keyof typeof METRICS]]?: number };

/** Bundles a handler as the construct would, except its import of the runtime; returns its directory. */
export async function bundleTask(handlerEntry: string, workDirectory: string): Promise<string> {
  const taskRoot = join(workDirectory, basename(handlerEntry, '.ts'));
  await bundle(handlerEntry, join(taskRoot, 'index.js'));
  return taskRoot;
}

/** A user's handler, to be invoked by the layer's handler as in Lambda. */
export class LambdaFunction {
  private constructor(private readonly client: string, private readonly taskRoot: string) {}

  /**
   * Bundles the handler. Its import of `cdk-cached-function/runtime` stays an import, which the layer's handler resolves to the
   * runtime that it has set up.
   */
  public static async of(handlerEntry: string, workDirectory: string): Promise<LambdaFunction> {
    const taskRoot = await bundleTask(handlerEntry, workDirectory);
    const client = await bundle(join(__dirname, 'inside', 'runtime-client.ts'), join(workDirectory, 'runtime-client.mjs'));
    return new LambdaFunction(client, taskRoot);
  }

  /** Passes one event to the function, in a new environment. Run with --expose-gc. */
  public invoke(event: unknown, settings?: Partial<RuntimeSettings>, environment?: Record<string, string>): RunningInvocation {
    return new RunningInvocation(new FreshProcess(this.client, [LAYER_HANDLER, JSON.stringify(event)], {
      environment: { ...lambdaEnvironment(this.taskRoot, settings), ...environment },
      nodeFlags: ['--expose-gc'],
    }));
  }
}

/** An invocation under way, whose handler may send messages with `process.send` before it returns. */
export class RunningInvocation {
  public constructor(private readonly process: FreshProcess) {}

  public get pid(): number {
    return this.process.pid;
  }

  public ask<R>(question: string): Promise<R> {
    this.process.send(question);
    return this.process.nextMessage<R>();
  }

  /** The handler's next message, and finally its result. */
  public nextMessage<M>(): Promise<M> {
    return this.process.nextMessage<M>();
  }

  /** The metrics of the cache that it used, if it used one. */
  public async end(): Promise<InvocationMetrics | undefined> {
    const line = (await this.process.end()).split('\n').find((each) => each.includes('"CacheName"'));
    return line === undefined ? undefined : JSON.parse(line) as InvocationMetrics;
  }
}
