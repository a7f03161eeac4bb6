import { ServerResponse } from 'node:http';
import { ExtensionsApi, ExtensionsListener } from './extensions-api';
import { FunctionDefinition } from './function-definition';
import { answer } from './http-messages';
import { FunctionError } from './invocation';
import { RuntimeResponse } from './requests';
import { RuntimeApiServer } from './runtime-api-server';

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

/** The Runtime API and the Extensions API of an environment that handles one event at a time. */
export class RuntimeApi {
  readonly extensions: ExtensionsApi;
  private readonly server: RuntimeApiServer;
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
    this.server = new RuntimeApiServer(this.extensions, {
      onNext: (response) => {
        this.waiting = response;
        this.checkParked();
      },
      settle: (requestId) => {
        if (requestId !== this.owed) return false;
        this.owed = undefined;
        return true;
      },
      onResponse: (_, response) => {
        listener.onResponse(response);
        // The runtime may have asked for its next event before the end of a stream.
        this.checkParked();
      },
      onInitError: (error, body) => listener.onInitError(error, body),
    });
  }

  /** Starts serving on a free port. */
  listen(): Promise<string> {
    return this.server.listen();
  }

  close(): void {
    this.server.close();
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
