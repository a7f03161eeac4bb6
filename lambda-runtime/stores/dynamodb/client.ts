import type { Agent, AgentOptions, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { sign } from 'aws4';
import { Semaphore } from './semaphore.js';
import { connectionError } from '../../resilience/connection-error.js';
import { DeadlineError, InactivityTimer } from '../../resilience/deadline.js';
import { ClockCheck } from '../../shared/clock-check.js';
import type { Limits } from '../../shared/guard.js';
import { credentialsOf, urlOf } from '../aws-service.js';
import { lookup } from '../dns-lookup.js';

/** The most requests that are under way, each over its own connection. */
const MAX_SOCKETS = 16;

/** The operation that invocations wait for. */
const READ = 'BatchGetItem';

/** The resolution of the `Date` header, which is rounded down to a second. */
const DATE_RESOLUTION_MS = 1_000;

/** An error response from DynamoDB. */
export class DynamoDbError extends Error {
  public constructor(status: number | undefined, public readonly type: string, reason: string) {
    super(`DynamoDB answered ${status} ${type}: ${reason}`);
  }
}

/** Errors about one request, or about the role's permission for one operation. All others, above all throttling, would affect the next request too. */
const OF_REQUEST: ReadonlySet<string> = new Set([
  'AccessDeniedException', 'ConditionalCheckFailedException', 'ItemCollectionSizeLimitExceededException', 'SerializationException', 'ValidationException',
]);

/** Whether an error is about one request only, so that DynamoDB can serve others: docs/behaviour.md has the table. */
export function isCommandError(error: unknown): boolean {
  return error instanceof DynamoDbError && OF_REQUEST.has(error.type);
}

/**
 * Calls DynamoDB over connections that stay open. Each request has its own deadline, from the time it is sent: an operation of many
 * requests may take as long as they do.
 *
 * It signs requests itself instead of using the AWS SDK: docs/decisions.md has the figures.
 */
export class Client {
  private readonly url: URL;
  private readonly region: string;
  private readonly agent: Agent;
  /** The sockets on which a response has arrived. */
  private readonly connected = new Set<Socket>();
  private readonly clock = new ClockCheck();
  /** How often all connections were discarded. */
  private discarded = 0;
  private readonly requestSlots = new Semaphore(MAX_SOCKETS);

  public constructor(private readonly environment: NodeJS.ProcessEnv, private readonly limits: Pick<Limits, 'timeoutMs' | 'connectTimeoutMs'>) {
    this.region = environment.AWS_REGION ?? '';
    this.url = urlOf('dynamodb', 'DYNAMODB', this.region, environment);
    this.agent = new (this.http.Agent)({ keepAlive: true, maxSockets: MAX_SOCKETS, lookup } as AgentOptions);
  }

  /** Whether a request is sent at once. */
  public get isConnected(): boolean {
    return this.connected.size > 0;
  }

  /** How far this environment's clock is ahead of DynamoDB's, if it is too far. */
  public get clockOffsetMs(): number | undefined {
    return this.clock.offsetMs;
  }

  /** Requests that have not been sent yet never will be. */
  public discard(): void {
    this.discarded++;
    this.requestSlots.rejectWaiting(new DeadlineError('DynamoDB does not answer'));
    this.agent.destroy();
    this.connected.clear();
  }

  /**
   * Calls an operation. If the connection turns out to be closed (by the server, while the environment was frozen), it retries on a new
   * one.
   *
   * @param isOnce whether it must not be repeated
   */
  public async call(operation: string, input: object, isOnce = false): Promise<unknown> {
    const body = JSON.stringify(input);
    await this.requestSlots.acquire();
    try {
      return await (isOnce ? this.send(operation, body) : this.sendAgainIfClosed(operation, body));
    } finally {
      this.requestSlots.release();
    }
  }

  private async sendAgainIfClosed(operation: string, body: string): Promise<unknown> {
    const { discarded } = this;
    try {
      return await this.send(operation, body);
    } catch (error) {
      if (!(error instanceof ClosedError) || discarded !== this.discarded) {
        throw error;
      }
      // The other connections have been idle for as long.
      Object.values(this.agent.freeSockets).forEach((sockets) => sockets?.forEach((socket) => socket.destroy()));
      return this.send(operation, body);
    }
  }

  private send(operation: string, body: string): Promise<unknown> {
    const { headers } = sign({
      service: 'dynamodb',
      region: this.region,
      host: this.url.host,
      method: 'POST',
      path: '/',
      headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` },
      body,
    }, credentialsOf(this.environment));
    return new Promise<unknown>((resolve, reject) => {
      // The system's clock, not one that a test has set, since the server's is real too.
      const sentAt = Date.now();
      const request = this.http.request(this.url, { method: 'POST', headers: headers as Record<string, string>, agent: this.agent }, (response) => {
        this.markConnected(response.socket);
        this.clock.compare(Date.parse(response.headers.date ?? ''), DATE_RESOLUTION_MS, sentAt, Date.now());
        response.on('data', () => timer.touch());
        read(response, resolve, reject);
      });
      const deadlineMs = this.deadlineOf(operation, request);
      const timer = new InactivityTimer(deadlineMs, () => {
        const error = new DeadlineError(`DynamoDB did not answer within ${deadlineMs} ms`);
        // First, since otherwise the next request would be sent in its place.
        this.requestSlots.rejectWaiting(error);
        request.destroy(error);
      });
      request.on('close', () => timer.stop());
      request.on('error', (error) => reject(this.withCause(request, error)));
      request.end(body);
    });
  }

  private deadlineOf(operation: string, { reusedSocket }: ClientRequest): number {
    const { timeoutMs, connectTimeoutMs } = this.limits;
    return operation === READ && reusedSocket ? timeoutMs : Math.max(timeoutMs, connectTimeoutMs);
  }

  private withCause(request: ClientRequest, error: Error): Error {
    if (error instanceof DeadlineError) {
      return error;
    }
    const { hostname: host, port, protocol } = this.url;
    return wasClosed(request, error) ? new ClosedError(error.message) : connectionError({ host, port: port || DEFAULT_PORTS[protocol] }, error);
  }

  private markConnected(socket: Socket): void {
    if (!this.connected.has(socket)) {
      this.connected.add(socket);
      socket.once('close', () => this.connected.delete(socket));
    }
  }

  private get http(): typeof import('node:http') {
    return process.getBuiltinModule(this.url.protocol === 'http:' ? 'node:http' : 'node:https') as typeof import('node:http');
  }
}

/** The ports that a URL may omit. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A connection that had been used before was closed before a response arrived. */
class ClosedError extends Error {}

function wasClosed(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function read(response: IncomingMessage, resolve: (output: unknown) => void, reject: (error: Error) => void): void {
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  response.on('error', reject);
  response.on('end', () => {
    const text = Buffer.concat(parts).toString();
    try {
      const output = JSON.parse(text) as Failure;
      if (response.statusCode === 200) {
        resolve(output);
      } else {
        reject(new DynamoDbError(response.statusCode, String(output.__type).split('#').at(-1)!, output.message ?? output.Message ?? 'no reason given'));
      }
    } catch {
      // A proxy's response may contain the reason; DynamoDB's own response contains entries.
      reject(new DynamoDbError(response.statusCode, 'not JSON', response.statusCode === 200 ? `${text.length} characters` : text.slice(0, 200)));
    }
  });
}

/** Services and endpoint policies spell this error in two ways. */
interface Failure {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}
