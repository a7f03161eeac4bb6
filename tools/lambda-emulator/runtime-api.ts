import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExtensionsApi, ExtensionsListener } from './extensions-api';
import { FunctionDefinition } from './function-definition';
import { answer, readBody, refuse } from './http-messages';
import { FunctionError } from './invocation';
import { RuntimeResponse } from './requests';

/** AWS Lambda's limit on a buffered response. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/** An event on its way into an environment. */
export interface DeliveredEvent {
  readonly requestId: string;
  readonly payload: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly tenantId?: string;
  readonly clientContext?: string;
}

/** Notifies an environment of its runtime's and extensions' requests. */
export interface RuntimeApiListener extends Omit<ExtensionsListener, 'onExtensionReady'> {
  /** The runtime and every extension are waiting for their next event, and have answered the last one. */
  onParked(): void;
  onResponse(response: RuntimeResponse): void;
  onInitError(error: FunctionError, body: Buffer): void;
}

/** How much later the second of runtime and extensions gets the event if their order is set: more than a wake-up takes on a busy machine. */
const ORDER_GAP_MS = 25;

const RUNTIME_PATH = '/2018-06-01/runtime/';
const NEXT_PATH = `${RUNTIME_PATH}invocation/next`;
const EXTENSION_PATH = '/2020-01-01/extension/';

/** The HTTP server of an environment: the Runtime API (2018-06-01) and the Extensions API. */
export class RuntimeApi {
  readonly extensions: ExtensionsApi;
  private readonly server: Server;
  /** The runtime's request for its next event, while it waits for one. */
  private waiting?: ServerResponse;
  /** The event whose response is pending. */
  private owed?: string;
  private coin = 1;

  constructor(definition: FunctionDefinition, private readonly listener: RuntimeApiListener) {
    this.extensions = new ExtensionsApi(definition, {
      onExtensionReady: () => this.checkParked(),
      onExtensionFailure: (phase, errorType) => listener.onExtensionFailure(phase, errorType),
    });
    // A frozen client is silent for as long as it is frozen: no timeout may cut its connections. Causes of errors come in headers.
    this.server = createServer(
      { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, connectionsCheckingInterval: 2 ** 30, noDelay: true, maxHeaderSize: 2 ** 20 },
      (request, response) => this.handle(request, response),
    );
  }

  /** Starts serving on a free port. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /**
   * Passes an event to the runtime and to the extensions, all of which must be waiting.
   *
   * @param extensionFirst - which gets it earlier, by 25 ms; undefined: both at once, in changing order
   */
  deliver(event: DeliveredEvent, extensionFirst?: boolean): void {
    const runtime = this.waiting!;
    this.waiting = undefined;
    this.owed = event.requestId;
    const toRuntime = () => answer(runtime, 200, event.payload, invocationHeaders(event));
    if (this.extensions.count === 0) return toRuntime();
    const sendToExtensions = this.extensions.release();
    const toExtensions = () => sendToExtensions(extensionEvent(event));
    const [first, second] = extensionFirst ?? this.flipCoin() ? [toExtensions, toRuntime] : [toRuntime, toExtensions];
    first();
    if (extensionFirst === undefined) {
      second();
    } else {
      setTimeout(second, ORDER_GAP_MS);
    }
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url!;
    if (url === NEXT_PATH) return this.next(response);
    if (url.startsWith(EXTENSION_PATH)) return this.extensions.handle(url.slice(EXTENSION_PATH.length), request, response);
    if (url === `${RUNTIME_PATH}init/error`) {
      return readBody(request, body => {
        answer(response, 202, '{"status":"OK"}');
        this.listener.onInitError(parseError(body), body);
      });
    }
    const path = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(url);
    if (path) return this.respond(decodeURIComponent(path[1]), path[2] === 'error', request, response);
    // AWS's emulator's response, so that an extension which wants telemetry continues without it.
    if (url === '/2022-07-01/telemetry' || url === '/2020-08-15/logs') {
      return refuse(response, 202, 'Telemetry.NotSupported', 'Telemetry API is not supported');
    }
    return refuse(response, 404, 'NotFound', 'There is no such path');
  }

  private next(response: ServerResponse): void {
    this.extensions.closeRegistration();
    this.waiting = response;
    this.checkParked();
  }

  private respond(requestId: string, isError: boolean, request: IncomingMessage, response: ServerResponse): void {
    let firstByteAt = 0;
    readBody(request, body => {
      if (requestId !== this.owed) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
      const tooLarge = !streamed && body.length > MAX_RESPONSE_BYTES;
      if (tooLarge) {
        refuse(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`);
      } else {
        answer(response, 202, '{"status":"OK"}');
      }
      this.owed = undefined;
      this.listener.onResponse({
        firstByteAt: firstByteAt || performance.now(),
        contentType: request.headers['content-type'],
        ...(tooLarge ? oversizedResponse(body.length) : { body, functionError: isError ? parseError(body) : midStreamError(request) }),
      });
      // The runtime may have asked for its next event before the end of a stream.
      this.checkParked();
    }, () => firstByteAt = performance.now());
  }

  /** A generator with a fixed seed, so that runs are repeatable. */
  private flipCoin(): boolean {
    this.coin = this.coin * 1103515245 % 2147483648 + 12345;
    return this.coin % 65536 < 32768;
  }

  private checkParked(): void {
    if (this.waiting && this.owed === undefined && this.extensions.allWaiting) this.listener.onParked();
  }
}

export function invocationHeaders(event: DeliveredEvent): string[] {
  const headers = [
    'Lambda-Runtime-Aws-Request-Id', event.requestId,
    'Lambda-Runtime-Deadline-Ms', String(event.deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn', event.functionArn,
    'Lambda-Runtime-Trace-Id', event.traceId,
  ];
  if (event.tenantId !== undefined) headers.push('Lambda-Runtime-Aws-Tenant-Id', event.tenantId);
  if (event.clientContext !== undefined) headers.push('Lambda-Runtime-Client-Context', event.clientContext);
  return headers;
}

function extensionEvent(event: DeliveredEvent): string {
  return JSON.stringify({
    eventType: 'INVOKE',
    deadlineMs: event.deadlineMs,
    requestId: event.requestId,
    invokedFunctionArn: event.functionArn,
    tracing: { type: 'X-Amzn-Trace-Id', value: event.traceId },
  });
}

export function parseError(body: Buffer): FunctionError {
  try {
    const { errorType, errorMessage, trace, stackTrace } = JSON.parse(body.toString());
    return { errorType: String(errorType), errorMessage: String(errorMessage), stackTrace: trace ?? stackTrace };
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: body.toString() };
  }
}

/** A stream that has begun can no longer become an error response: its error comes after the last chunk. */
export function midStreamError(request: IncomingMessage): FunctionError | undefined {
  const errorType = request.trailers['lambda-runtime-function-error-type'];
  if (!errorType) return undefined;
  const error = parseError(Buffer.from(request.trailers['lambda-runtime-function-error-body'] ?? '', 'base64'));
  return { ...error, errorType };
}

export function oversizedResponse(size: number): { body: Buffer; functionError: FunctionError } {
  const functionError = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  };
  return { body: Buffer.from(JSON.stringify(functionError)), functionError };
}
