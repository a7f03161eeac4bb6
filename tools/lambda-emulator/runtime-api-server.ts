import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExtensionsApi } from './extensions-api';
import { answer, readBody, refuse } from './http-messages';
import { FunctionError } from './invocation';
import { RuntimeResponse } from './requests';

/** AWS Lambda's limit on a buffered response. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

const RUNTIME_PATH = '/2018-06-01/runtime/';
const EXTENSION_PATH = '/2020-01-01/extension/';

/** What the server's requests are passed to. */
export interface RuntimeRequests {
  /** The runtime asks for its next event; the response is sent later. */
  onNext(response: ServerResponse): void;
  /** Whether this event's response is pending. After this call, it no longer is. */
  settle(requestId: string): boolean;
  onResponse(requestId: string, response: RuntimeResponse): void;
  onInitError(error: FunctionError, body: Buffer): void;
}

/** The HTTP server of an environment: the Runtime API (2018-06-01) and the Extensions API. */
export class RuntimeApiServer {
  private readonly server: Server;

  constructor(private readonly extensions: ExtensionsApi, private readonly requests: RuntimeRequests) {
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

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url!;
    if (url === `${RUNTIME_PATH}invocation/next`) {
      this.extensions.closeRegistration();
      return this.requests.onNext(response);
    }
    if (url.startsWith(EXTENSION_PATH)) return this.extensions.handle(url.slice(EXTENSION_PATH.length), request, response);
    if (url === `${RUNTIME_PATH}init/error`) {
      return readBody(request, body => {
        answer(response, 202, '{"status":"OK"}');
        this.requests.onInitError(parseError(body), body);
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

  private respond(requestId: string, isError: boolean, request: IncomingMessage, response: ServerResponse): void {
    let firstByteAt = 0;
    readBody(request, body => {
      if (!this.requests.settle(requestId)) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
      const tooLarge = !streamed && body.length > MAX_RESPONSE_BYTES;
      if (tooLarge) {
        refuse(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`);
      } else {
        answer(response, 202, '{"status":"OK"}');
      }
      this.requests.onResponse(requestId, {
        firstByteAt: firstByteAt || performance.now(),
        contentType: request.headers['content-type'],
        ...(tooLarge ? oversizedResponse(body.length) : { body, functionError: isError ? parseError(body) : midStreamError(request) }),
      });
    }, () => firstByteAt = performance.now());
  }
}

function parseError(body: Buffer): FunctionError {
  try {
    const { errorType, errorMessage, trace, stackTrace } = JSON.parse(body.toString());
    return { errorType: String(errorType), errorMessage: String(errorMessage), stackTrace: trace ?? stackTrace };
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: body.toString() };
  }
}

/** A stream that has begun can no longer become an error response: its error comes after the last chunk. */
function midStreamError(request: IncomingMessage): FunctionError | undefined {
  const errorType = request.trailers['lambda-runtime-function-error-type'];
  if (!errorType) return undefined;
  const error = parseError(Buffer.from(request.trailers['lambda-runtime-function-error-body'] ?? '', 'base64'));
  return { ...error, errorType };
}

function oversizedResponse(size: number): { body: Buffer; functionError: FunctionError } {
  const functionError = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  };
  return { body: Buffer.from(JSON.stringify(functionError)), functionError };
}
