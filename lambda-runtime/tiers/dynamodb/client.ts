import type { Agent, AgentOptions, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { sign } from 'aws4';
import { Turns } from './turns.js';
import { credentialsOf, urlOf } from '../aws-service.js';
import { ClockCheck } from '../clock-check.js';
import { connectionError } from '../connection-error.js';
import { DeadlineError, SilenceTimer } from '../deadline.js';
import type { Limits } from '../guard.js';
import { lookup } from '../lookup.js';

/** So many requests are under way at most, each over a connection of its own. */
const MAX_SOCKETS = 16;

/** What an invocation waits for. */
const READ = 'BatchGetItem';

/** The header `Date` has the time when the server's second began. */
const DATE_RESOLUTION_MS = 1_000;

/** An answer of DynamoDB that is not what was asked for. */
export class Refusal extends Error {
  public constructor(status: number | undefined, public readonly type: string, reason: string) {
    super(`DynamoDB answered ${status} ${type}: ${reason}`);
  }
}

/**
 * Calls DynamoDB over connections that stay open. Each request has a deadline of its own, from when it goes out: what takes many requests
 * may take as long as they do.
 *
 * Signed requests rather than the AWS SDK: docs/decisions.md has the figures.
 */
export class Client {
  private readonly url: URL;
  private readonly region: string;
  private readonly agent: Agent;
  /** Those on which there has been an answer. */
  private readonly proven = new Set<Socket>();
  private readonly clock = new ClockCheck();
  /** How often all connections were given up. */
  private abandoned = 0;
  private readonly turns = new Turns(MAX_SOCKETS);

  public constructor(private readonly environment: NodeJS.ProcessEnv, private readonly limits: Pick<Limits, 'timeoutMs' | 'connectTimeoutMs'>) {
    this.region = environment.AWS_REGION ?? '';
    this.url = urlOf('dynamodb', 'DYNAMODB', this.region, environment);
    this.agent = new (this.http.Agent)({ keepAlive: true, maxSockets: MAX_SOCKETS, lookup } as AgentOptions);
  }

  /** Whether a request goes out at once. */
  public get isConnected(): boolean {
    return this.proven.size > 0;
  }

  /** How far this environment's clock is ahead of DynamoDB's, if that is too far. */
  public get clockOffsetMs(): number | undefined {
    return this.clock.offsetMs;
  }

  /** Requests that have not gone out never will. */
  public abandon(): void {
    this.abandoned++;
    this.turns.clear(new DeadlineError('DynamoDB does not answer'));
    this.agent.destroy();
    this.proven.clear();
  }

  /**
   * Calls an operation. If the connection turns out to have been closed (by the server, while the environment was frozen), calls it
   * again on a new one: nothing that we do is wrong to do twice.
   */
  public async call(operation: string, input: object): Promise<unknown> {
    const body = JSON.stringify(input);
    await this.turns.take();
    try {
      return await this.sendAgainIfClosed(operation, body);
    } finally {
      this.turns.pass();
    }
  }

  private async sendAgainIfClosed(operation: string, body: string): Promise<unknown> {
    const { abandoned } = this;
    try {
      return await this.send(operation, body);
    } catch (error) {
      if (!(error instanceof ClosedError) || abandoned !== this.abandoned) {
        throw error;
      }
      // The others have been waiting for as long.
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
      // The system's clock, as the server's is one: not one that a test has set.
      const sentAt = Date.now();
      const request = this.http.request(this.url, { method: 'POST', headers: headers as Record<string, string>, agent: this.agent }, (response) => {
        this.prove(response.socket);
        this.clock.see(Date.parse(response.headers.date ?? ''), DATE_RESOLUTION_MS, sentAt, Date.now());
        response.on('data', () => timer.heard());
        read(response, resolve, reject);
      });
      const deadlineMs = this.deadlineOf(operation, request);
      const timer = new SilenceTimer(deadlineMs, () => {
        const error = new DeadlineError(`DynamoDB did not answer within ${deadlineMs} ms`);
        // First, or the next request would go out in its place.
        this.turns.clear(error);
        request.destroy(error);
      });
      request.on('close', () => timer.stop());
      request.on('error', (error) => reject(this.explained(request, error)));
      request.end(body);
    });
  }

  private deadlineOf(operation: string, { reusedSocket }: ClientRequest): number {
    const { timeoutMs, connectTimeoutMs } = this.limits;
    return operation === READ && reusedSocket ? timeoutMs : Math.max(timeoutMs, connectTimeoutMs);
  }

  private explained(request: ClientRequest, error: Error): Error {
    if (error instanceof DeadlineError) {
      return error;
    }
    const { hostname: host, port, protocol } = this.url;
    return wasClosed(request, error) ? new ClosedError(error.message) : connectionError({ host, port: port || DEFAULT_PORTS[protocol] }, error);
  }

  private prove(socket: Socket): void {
    if (!this.proven.has(socket)) {
      this.proven.add(socket);
      socket.once('close', () => this.proven.delete(socket));
    }
  }

  private get http(): typeof import('node:http') {
    return process.getBuiltinModule(this.url.protocol === 'http:' ? 'node:http' : 'node:https') as typeof import('node:http');
  }
}

/** What a URL leaves out. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** A connection that had been used before was closed before there was an answer. */
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
        reject(new Refusal(response.statusCode, String(output.__type).split('#').at(-1)!, output.message ?? output.Message ?? 'no reason given'));
      }
    } catch {
      // What answers in DynamoDB's place may say why; a part of DynamoDB's own answer has entries in it.
      reject(new Refusal(response.statusCode, 'not JSON', response.statusCode === 200 ? `${text.length} characters` : text.slice(0, 200)));
    }
  });
}

/** Whoever refuses (an endpoint's policy, say) spells it one way or the other. */
interface Failure {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}
