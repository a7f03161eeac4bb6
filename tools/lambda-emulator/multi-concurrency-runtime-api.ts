import { ServerResponse } from 'node:http';
import { ExtensionsApi, ExtensionsListener } from './extensions-api';
import { FunctionDefinition } from './function-definition';
import { answer } from './http-messages';
import { FunctionError } from './invocation';
import { RuntimeResponse } from './requests';
import { DeliveredEvent, invocationHeaders } from './runtime-api';
import { RuntimeApiServer } from './runtime-api-server';

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
  private readonly server: RuntimeApiServer;
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
    this.server = new RuntimeApiServer(new ExtensionsApi(definition, extensionsListener, false), {
      onNext: (response) => this.next(response),
      settle: (requestId) => this.owed.delete(requestId),
      onResponse: (requestId, response) => listener.onResponse(requestId, response),
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

  /** Passes an event to a worker as soon as one asks. */
  deliver(event: DeliveredEvent): void {
    this.waitingEvents.push(event);
    this.match();
  }

  /** Discards an event: no worker gets it any more, and a response to it is rejected. */
  discard(requestId: string): void {
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

  private next(response: ServerResponse): void {
    this.waitingWorkers.push(response);
    // A worker that has hung up gets no event.
    response.once('close', () => {
      const index = this.waitingWorkers.indexOf(response);
      if (index >= 0) this.waitingWorkers.splice(index, 1);
    });
    this.match();
    this.listener.onPoll(++this.polls);
  }
}
