import { randomUUID } from 'node:crypto';
import { FunctionError, Invocation, InvocationResponse, InvocationResult, InvokeOptions } from './invocation';

/** AWS Lambda's limit on the event of a synchronous invocation. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** A request on its way to an environment. */
export interface PendingRequest {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  readonly options: InvokeOptions;
  /** By `performance.now()`. */
  readonly requestedAt: number;
  respond(response: InvocationResponse): void;
  end(result: InvocationResult): void;
  reject(error: Error): void;
}

/** The response of a function, or of its runtime, to a request. */
export interface RuntimeResponse {
  readonly body: Buffer;
  readonly contentType?: string;
  /** By `performance.now()`. */
  readonly firstByteAt: number;
  readonly functionError?: FunctionError;
}

/**
 * Creates a request and its two promises.
 *
 * @param dispatch - sends the request on its way; if it throws, both promises reject
 */
export function newRequest(event: unknown, options: InvokeOptions, dispatch: (request: PendingRequest) => void): Invocation {
  let respond!: (response: InvocationResponse) => void;
  let rejectResponse!: (error: Error) => void;
  const response = new Promise<InvocationResponse>((resolve, reject) => {
    respond = resolve;
    rejectResponse = reject;
  });
  const ended = new Promise<InvocationResult>((end, rejectEnd) => {
    const reject = (error: Error) => {
      rejectResponse(error);
      rejectEnd(error);
    };
    try {
      const payload = JSON.stringify(event) ?? '{}';
      if (Buffer.byteLength(payload) > MAX_EVENT_BYTES) throw new Error(`RequestTooLargeException: the event has more than ${MAX_EVENT_BYTES} bytes`);
      dispatch({ requestId: randomUUID(), payload, options, requestedAt: performance.now(), respond, end, reject });
    } catch (error) {
      reject(error as Error);
    }
  });
  // A caller that awaits one of the two need not handle the other's rejection.
  response.catch(() => {});
  ended.catch(() => {});
  return Object.assign(ended, { response });
}

/** The X-Ray header of a request without one: unsampled, and derived from its id. */
export function unsampledTrace(requestId: string): string {
  const hex = requestId.replaceAll('-', '');
  return `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${hex.slice(0, 24)};Parent=${hex.slice(16)};Sampled=0`;
}
