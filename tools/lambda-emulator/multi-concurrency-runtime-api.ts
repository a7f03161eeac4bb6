import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExtensionsApi, ExtensionsListener } from './extensions-api';
import { FunctionDefinition } from './function-definition';
import { answer, readBody, refuse } from './http-messages';
import { FunctionError } from './invocation';
import { RuntimeResponse } from './requests';
import { DeliveredEvent, invocationHeaders, MAX_RESPONSE_BYTES, midStreamError, oversizedResponse, parseError } from './runtime-api';

const RUNTIME_PATH = '/2018-06-01/runtime/';
const EXTENSION_PATH = '/2020-01-01/extension/';

/** Notifies a managed instance's environment of its workers' requests. */
export interface MultiConcurrencyListener extends Pick<ExtensionsListener, 'onExtensionFailure'> {
  /** A worker has asked for an event, for the `polls`th time in all. */
  onPoll(polls: number): void;
  onResponse(requestId: string, response: RuntimeResponse): void;
  onInitError(error: FunctionError, body: Buffer): void;
}

/**
 * The Runtime API and the Extensions API of an environment on Lambda Managed Instances: many workers ask for events over it, each
 * again before it has answered the last. An event waits until a worker asks; the worker that has waited longest gets it.
 */
export class MultiConcurrencyRuntimeApi {
  private readonly extensions: ExtensionsApi;
  private readonly server: Server;
  private readonly waitingWorkers: ServerResponse[] = [];
  private readonly waitingEvents: DeliveredEvent[] = [];
  /** The ids of the events whose response is pending. */
  private readonly owed = new Set<string>();
  private polls = 0;

  constructor(definition: FunctionDefinition, private readonly listener: MultiConcurrencyListener) {
    const extensionsListener = {
      onExtensionReady: () => {},
      onExtensionFailure: (phase: 'init' | 'exit', errorType: string) => listener.onExtensionFailure(phase, errorType),
    };
    this.extensions = new ExtensionsApi(definition, extensionsListener, false);
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

  /** Passes an event to a worker as soon as one asks. */
  deliver(event: DeliveredEvent): void {
    this.waitingEvents.push(event);
    this.match();
  }

  /** Abandons an event: no worker gets it any more, and a response to it is rejected. */
  abandon(requestId: string): void {
    const index = this.waitingEvents.findIndex(event => event.requestId === requestId);
    if (index >= 0) this.waitingEvents.splice(index, 1);
    this.owed.delete(requestId);
  }

  private match(): void {
    while (this.waitingEvents.length > 0 && this.waitingWorkers.length > 0) {
      const event = this.waitingEvents.shift()!;
      this.owed.add(event.requestId);
      answer(this.waitingWorkers.shift()!, 200, event.payload, invocationHeaders(event));
    }
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url!;
    if (url === `${RUNTIME_PATH}invocation/next`) return this.next(response);
    if (url.startsWith(EXTENSION_PATH)) return this.extensions.handle(url.slice(EXTENSION_PATH.length), request, response);
    if (url === `${RUNTIME_PATH}init/error`) {
      return readBody(request, body => {
        answer(response, 202, '{"status":"OK"}');
        this.listener.onInitError(parseError(body), body);
      });
    }
    const path = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(url);
    if (path) return this.respond(decodeURIComponent(path[1]), path[2] === 'error', request, response);
    return refuse(response, 404, 'NotFound', 'There is no such path');
  }

  private next(response: ServerResponse): void {
    this.extensions.closeRegistration();
    this.waitingWorkers.push(response);
    // A worker that has hung up gets no event.
    response.once('close', () => {
      const index = this.waitingWorkers.indexOf(response);
      if (index >= 0) this.waitingWorkers.splice(index, 1);
    });
    this.match();
    this.listener.onPoll(++this.polls);
  }

  private respond(requestId: string, isError: boolean, request: IncomingMessage, response: ServerResponse): void {
    let firstByteAt = 0;
    readBody(request, body => {
      if (!this.owed.delete(requestId)) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
      const streamed = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
      const tooLarge = !streamed && body.length > MAX_RESPONSE_BYTES;
      if (tooLarge) {
        refuse(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`);
      } else {
        answer(response, 202, '{"status":"OK"}');
      }
      this.listener.onResponse(requestId, {
        firstByteAt: firstByteAt || performance.now(),
        contentType: request.headers['content-type'],
        ...(tooLarge ? oversizedResponse(body.length) : { body, functionError: isError ? parseError(body) : midStreamError(request) }),
      });
    }, () => firstByteAt = performance.now());
  }
}
