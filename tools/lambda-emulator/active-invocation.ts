import { FunctionError, InvocationResponse } from './invocation';
import { PendingRequest, RuntimeResponse } from './requests';

/** A request that an environment is handling, with its times. */
export class ActiveInvocation {
  private deliveredAt?: number;
  private response?: InvocationResponse;
  private timeout?: NodeJS.Timeout;

  /** @param initStartedAt - when INIT began, if the request had to wait for one */
  constructor(readonly request: PendingRequest, private readonly environmentId: string, private readonly initStartedAt?: number) {}

  get responded(): boolean {
    return this.response !== undefined;
  }

  get wasDelivered(): boolean {
    return this.deliveredAt !== undefined;
  }

  /** INIT is over, and the event is on its way. */
  delivered(timeoutMs: number, onTimeout: () => void): void {
    this.deliveredAt = performance.now();
    this.timeout = setTimeout(onTimeout, timeoutMs);
  }

  /** The caller gets its response; the invocation continues. */
  respond({ body, contentType, functionError, firstByteAt }: RuntimeResponse): void {
    const { requestId, requestedAt } = this.request;
    this.response = {
      requestId,
      environmentId: this.environmentId,
      coldStart: this.initStartedAt !== undefined,
      payload: parse(body),
      rawPayload: body,
      contentType,
      functionError,
      responseMs: performance.now() - requestedAt,
      firstByteMs: firstByteAt - requestedAt,
      initMs: this.initStartedAt === undefined ? undefined : (this.deliveredAt ?? performance.now()) - this.initStartedAt,
    };
    this.request.respond(this.response);
  }

  /** Runtime and extensions are done, or dead. Must come after the response. */
  end(stdout: readonly string[], stderr: readonly string[], environmentError?: FunctionError): void {
    clearTimeout(this.timeout);
    const startedAt = this.initStartedAt ?? this.deliveredAt!;
    this.request.end({ ...this.response!, billedMs: Math.ceil(performance.now() - startedAt), stdout, stderr, environmentError });
  }

  /** Stops all timers. */
  stopTimer(): void {
    clearTimeout(this.timeout);
  }
}

function parse(body: Buffer): unknown {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
