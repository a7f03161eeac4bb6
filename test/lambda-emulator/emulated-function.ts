import { Invocation, InvokeOptions } from './invocation';

/** What `LambdaEmulator` and `InProcessFunction` have in common: a function that can be invoked. */
export interface EmulatedFunction {
  /** The environments that live. */
  readonly environments: readonly { readonly id: string; readonly invocations: number }[];
  /** How many environments there have been. */
  readonly startedEnvironments: number;
  invoke(event: unknown, options?: InvokeOptions): Invocation;
  /** Ends environments, so that the next request starts one afresh. */
  recycle(environmentId?: string): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}
