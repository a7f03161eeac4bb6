import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmulatedFunction } from './emulated-function';
import { FunctionDefinition } from './function-definition';
import { Invocation, InvokeOptions } from './invocation';
import { OptDirectory } from './opt-directory';
import { newRequest, PendingRequest } from './requests';
import { WorkerEnvironment } from './worker-environment';

/**
 * A function in a worker thread of this process, for machines that can't have Lambda's runtime client: see `missingParts()`.
 *
 * It loads the handler as Lambda does, with the function's environment variables, gives it events, and kills it after its timeout.
 * It has one environment, which serves one request after the other. What it doesn't do: freeze, scale out, watch the memory (V8's
 * heap is limited, though), stream responses, serve the Runtime and Extensions APIs, choose the version of Node.js, set the working
 * directory. What a function wrote before it was killed is lost.
 */
export class InProcessFunction implements EmulatedFunction {
  static async start(definition: FunctionDefinition): Promise<InProcessFunction> {
    return new InProcessFunction(definition);
  }

  private readonly directory = mkdtempSync(join(tmpdir(), 'lambda-in-process-'));
  private readonly definition: FunctionDefinition;
  private readonly opt: OptDirectory;
  private readonly queue: PendingRequest[] = [];
  private environment?: WorkerEnvironment;
  private working?: Promise<void>;
  private started = 0;
  private stopped = false;

  private constructor(definition: FunctionDefinition) {
    this.definition = { ...definition, codeDirectory: resolve(definition.codeDirectory) };
    this.opt = new OptDirectory(definition.layerDirectories, join(this.directory, 'opt'));
  }

  get environments(): readonly { readonly id: string; readonly invocations: number }[] {
    return this.environment ? [this.environment] : [];
  }

  get startedEnvironments(): number {
    return this.started;
  }

  invoke(event: unknown, options: InvokeOptions = {}): Invocation {
    return newRequest(event, options, request => {
      if (this.stopped) throw new Error('The function was stopped');
      if (options.environmentId !== undefined && options.environmentId !== this.environment?.id) {
        throw new Error(`There is no environment ${options.environmentId} (any more)`);
      }
      this.queue.push(request);
      this.working ??= this.work().finally(() => this.working = undefined);
    });
  }

  /** Ends the environment, after the requests that are waiting. */
  async recycle(): Promise<void> {
    await this.working;
    const environment = this.environment;
    this.environment = undefined;
    await environment?.terminate();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const request of this.queue.splice(0)) request.reject(new Error('The function was stopped'));
    await this.environment?.terminate();
    await this.working;
    this.environment = undefined;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async work(): Promise<void> {
    for (let request = this.queue.shift(); request; request = this.queue.shift()) {
      this.environment ??= new WorkerEnvironment(`in-process-${++this.started}`, this.definition, this.opt);
      await this.environment.run(request);
      if (this.environment.dead) this.environment = undefined;
    }
  }
}
