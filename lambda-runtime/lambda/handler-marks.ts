/** The user's function as Lambda calls it: `(event, context)`, or `(event, responseStream, context)` if it streams. */
export type LambdaHandler = (...args: unknown[]) => unknown;

// How `awslambda.streamifyResponse` marks a handler.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

type Marked = LambdaHandler & { [STREAMING]?: unknown; [HIGH_WATER_MARK]?: unknown };

/** Whether a handler streams its response (`awslambda.streamifyResponse`). */
export function isStreaming(handler: LambdaHandler): boolean {
  return Boolean((handler as Marked)[STREAMING]);
}

/**
 * Converts the handler to one that returns a promise. Lambda's Node.js 22 runtime still accepts callback handlers, which do not return
 * their result.
 */
export function promisifyHandler(handler: LambdaHandler): LambdaHandler {
  if (handler.length < 3 || (handler as Marked)[STREAMING] !== undefined) {
    return handler;
  }
  return (event, context) => new Promise((fulfil, reject) => {
    const returned = handler(event, context, (error: unknown, result: unknown) => error ? reject(error as Error) : fulfil(result));
    // Any object with `then`: the user's code may use another promise class.
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === 'function') {
      (returned as PromiseLike<unknown>).then(fulfil, reject);
    }
  });
}

/** Copies to a wrapper the marks by which the runtime client classifies handlers. */
export function copyHandlerMarks(handler: LambdaHandler, wrapper: LambdaHandler): LambdaHandler {
  for (const mark of [STREAMING, HIGH_WATER_MARK] as const) {
    if (mark in handler) {
      (wrapper as Marked)[mark] = (handler as Marked)[mark];
    }
  }
  // A handler with three parameters is a callback handler, which Node.js 24's runtime client rejects.
  return Object.defineProperty(wrapper, 'length', { value: handler.length });
}
