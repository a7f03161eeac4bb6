/** AWS Lambda's description of a function's error. */
export interface FunctionError {
  /** The name of the error that was thrown, or Lambda's own: `Sandbox.Timedout`, `Runtime.ExitError`, `Runtime.OutOfMemory`, … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: readonly string[];
}

/** Options of a request, besides its event. */
export interface InvokeOptions {
  /** The tenant (`X-Amz-Tenant-Id`). An environment that has served a tenant serves only that tenant afterwards. */
  readonly tenantId?: string;
  /** The X-Ray header that the function gets. @default - a new, unsampled one */
  readonly traceId?: string;
  /** A mobile SDK's client context, which the function finds in `context.clientContext`. */
  readonly clientContext?: unknown;
  /** Sends the request to this environment, and waits while it is busy. AWS Lambda has no such option; tests need it. */
  readonly environmentId?: string;
}

/** The response of an invocation, as its caller gets it. */
export interface InvocationResponse {
  readonly requestId: string;
  readonly environmentId: string;
  /** Whether the request had to wait for a new environment's INIT. */
  readonly coldStart: boolean;
  /** The response, parsed if it is JSON, else as a string. For a failed invocation: Lambda's description of the error. */
  readonly payload: unknown;
  readonly rawPayload: Buffer;
  /** The response's media type; a streaming function sets its own. */
  readonly contentType?: string;
  readonly functionError?: FunctionError;
  /** The client's time from its request to the last byte of the response, including the wait for an environment and INIT. */
  readonly responseMs: number;
  /** The same, to the first byte: differs for streamed responses only. */
  readonly firstByteMs: number;
  /** How long INIT took; cold starts only. */
  readonly initMs?: number;
}

/** An invocation that has ended: the runtime and every extension have asked for their next event, or the environment is lost. */
export interface InvocationResult extends InvocationResponse {
  /** INIT (of a cold start), and the time from the event's delivery to the end of the invocation, rounded up. */
  readonly billedMs: number;
  /** The lines that the environment wrote during the invocation: in INIT before it, in the handler, and in the work after the response. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Why the environment was lost although it had responded, for example because the work after the response timed out. */
  readonly environmentError?: FunctionError;
}

/** An invocation under way: a promise of its end, with a promise of the response as the caller would see it. */
export interface Invocation extends Promise<InvocationResult> {
  /** Resolves as soon as the response is complete, while work after the response may be going on. */
  readonly response: Promise<InvocationResponse>;
}

/** A line that an environment wrote. */
export interface LogLine {
  readonly environmentId: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
  /** Missing for lines that were written in INIT or between invocations. */
  readonly requestId?: string;
}
