import { Invocation, InvokeOptions } from './invocation';

/** The common interface of `LambdaEmulator` and `InProcessFunction`: a function that can be invoked. */
export interface EmulatedFunction {
  /** The live environments. */
  readonly environments: readonly { readonly id: string; readonly invocations: number }[];
  /** How many environments there have been. */
  readonly startedEnvironments: number;
  invoke(event: unknown, options?: InvokeOptions): Invocation;
  /** Ends environments, so that the next request starts a new one. */
  recycle(environmentId?: string): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}
