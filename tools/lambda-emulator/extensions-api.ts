import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { FunctionDefinition } from './function-definition';
import { answer, readBody, refuse } from './http-messages';

/** AWS Lambda's limit on extensions, internal and external together. */
const MAX_EXTENSIONS = 10;

/** Notifies an environment of its extensions' requests. */
export interface ExtensionsListener {
  /** An extension has asked for its next event. */
  onExtensionReady(): void;
  /** An extension has reported an error and exits. */
  onExtensionFailure(phase: 'init' | 'exit', errorType: string): void;
}

interface Extension {
  readonly events: readonly string[];
  /** The request for the next event, while the extension waits for one. */
  waiting?: ServerResponse;
}

/**
 * The Extensions API (2020-01-01) of one environment, for *internal* extensions: those that run in the runtime's own process.
 *
 * Codes and messages are those of AWS's own runtime interface emulator, which shares its source with Lambda.
 */
export class ExtensionsApi {
  private readonly extensions = new Map<string, Extension>();
  private readonly names = new Set<string>();
  private registrationClosed = false;

  /** @param offersInvoke - whether extensions may register for INVOKE: not on Lambda Managed Instances */
  constructor(
    private readonly definition: FunctionDefinition, private readonly listener: ExtensionsListener, private readonly offersInvoke = true,
  ) {}

  /** How many extensions are registered. */
  get count(): number {
    return this.extensions.size;
  }

  /** Whether every extension is waiting for its next event. */
  get allWaiting(): boolean {
    for (const extension of this.extensions.values()) {
      if (!extension.waiting) return false;
    }
    return true;
  }

  /** Called at the runtime's first request for an event: no extension can register afterwards. */
  closeRegistration(): void {
    this.registrationClosed = true;
  }

  /**
   * Takes the requests of the extensions that are registered for INVOKE: from here on they count as busy.
   *
   * @returns a function that sends the event to them
   */
  release(): (event: string) => void {
    const waiting: ServerResponse[] = [];
    for (const extension of this.extensions.values()) {
      if (!extension.waiting || !extension.events.includes('INVOKE')) continue;
      waiting.push(extension.waiting);
      extension.waiting = undefined;
    }
    return event => waiting.forEach(response => answer(response, 200, event, ['Lambda-Extension-Event-Identifier', randomUUID()]));
  }

  /** Handles a request whose path starts with /2020-01-01/extension/. */
  handle(action: string, request: IncomingMessage, response: ServerResponse): void {
    if (action === 'event/next' && request.method === 'GET') return this.next(request, response);
    if (request.method !== 'POST') return refuse(response, 404, 'NotFound', 'There is no such path');
    if (action === 'register') return readBody(request, body => this.register(body.toString(), request, response));
    if (action === 'init/error') return readBody(request, () => this.fail('init', request, response));
    if (action === 'exit/error') return readBody(request, () => this.fail('exit', request, response));
    return refuse(response, 404, 'NotFound', 'There is no such path');
  }

  private register(body: string, request: IncomingMessage, response: ServerResponse): void {
    const name = request.headers['lambda-extension-name'];
    if (typeof name !== 'string' || name === '') return refuse(response, 403, 'Extension.InvalidExtensionName', 'Empty extension name');
    let events: unknown;
    try {
      events = JSON.parse(body).events ?? [];
    } catch (error) {
      return refuse(response, 403, 'InvalidRequestFormat', (error as Error).message);
    }
    if (!Array.isArray(events)) return refuse(response, 403, 'InvalidRequestFormat', 'events is not a list');
    for (const event of events) {
      if (event === 'INVOKE' && this.offersInvoke) continue;
      const reason = event === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType';
      return refuse(response, 403, 'Extension.InvalidEventType', `${event}: ${reason}`);
    }
    if (this.registrationClosed) return refuse(response, 403, 'Extension.RegistrationClosed', 'Extension registration closed already');
    if (this.extensions.size >= MAX_EXTENSIONS) {
      return refuse(response, 403, 'Extension.TooManyExtensions', `Extension limit (${MAX_EXTENSIONS}) reached`);
    }
    if (this.names.has(name)) return refuse(response, 403, 'Extension.InvalidExtensionState', 'Extension with this name already registered');
    const id = randomUUID();
    this.names.add(name);
    this.extensions.set(id, { events });
    const { functionName, handler } = this.definition;
    return answer(response, 200, JSON.stringify({ functionName, functionVersion: '$LATEST', handler }), ['Lambda-Extension-Identifier', id]);
  }

  private next(request: IncomingMessage, response: ServerResponse): void {
    const extension = this.identify(request, response);
    if (!extension) return;
    extension.waiting = response;
    // An extension that has hung up is not waiting.
    response.once('close', () => {
      if (extension.waiting === response) extension.waiting = undefined;
    });
    this.listener.onExtensionReady();
  }

  private fail(phase: 'init' | 'exit', request: IncomingMessage, response: ServerResponse): void {
    if (!this.identify(request, response)) return;
    const errorType = request.headers['lambda-extension-function-error-type'];
    if (typeof errorType !== 'string') {
      return refuse(response, 403, 'Extension.MissingHeader', 'Lambda-Extension-Function-Error-Type not found');
    }
    answer(response, 202, '{"status":"OK"}');
    this.listener.onExtensionFailure(phase, errorType);
  }

  private identify(request: IncomingMessage, response: ServerResponse): Extension | undefined {
    const id = request.headers['lambda-extension-identifier'];
    const extension = typeof id === 'string' ? this.extensions.get(id) : undefined;
    if (!id) {
      refuse(response, 403, 'Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    } else if (!extension) {
      refuse(response, 403, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
    }
    return extension;
  }
}
