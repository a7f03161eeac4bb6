import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { sign } from 'aws4';
import { credentialsOf, urlOf } from '../aws-service.js';
import { ClockCheck } from '../clock-check.js';

/** What is written at the same time goes over so many connections at most. */
const MAX_SOCKETS = 16;

/** Nobody waits that long; a connection on which nobody answers is closed after it. */
const TIMEOUT_MS = 5_000;

/** The header `Date` has the time when the server's second began. */
const DATE_RESOLUTION_MS = 1_000;

/** An answer of DynamoDB that is not what was asked for. */
export class Refusal extends Error {
  public constructor(status: number | undefined, public readonly type: string, reason: string) {
    super(`DynamoDB answered ${status} ${type}: ${reason}`);
  }
}

/**
 * Calls DynamoDB over connections that stay open.
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

  public constructor(private readonly environment: NodeJS.ProcessEnv) {
    this.region = environment.AWS_REGION ?? '';
    this.url = urlOf('dynamodb', 'DYNAMODB', this.region, environment);
    this.agent = new (this.http.Agent)({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  /** Whether a request goes out at once. */
  public get isConnected(): boolean {
    return this.proven.size > 0;
  }

  /** How far this environment's clock is ahead of DynamoDB's, if that is too far. */
  public get clockOffsetMs(): number | undefined {
    return this.clock.offsetMs;
  }

  public abandon(): void {
    this.agent.destroy();
    this.proven.clear();
  }

  /**
   * Calls an operation. If the connection turns out to have been closed (by the server, while the environment was frozen), calls it
   * again on a new one: nothing that we do is wrong to do twice.
   */
  public async call(operation: string, input: object): Promise<unknown> {
    const body = JSON.stringify(input);
    try {
      return await this.send(operation, body);
    } catch (error) {
      if (!(error instanceof ClosedError)) {
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
    return new Promise((resolve, reject) => {
      // The system's clock, as the server's is one: not one that a test has set.
      const sentAt = Date.now();
      const request = this.http.request(this.url, {
        method: 'POST', headers: headers as Record<string, string>, agent: this.agent, timeout: TIMEOUT_MS,
      }, (response) => {
        this.prove(response.socket);
        this.clock.see(Date.parse(response.headers.date ?? ''), DATE_RESOLUTION_MS, sentAt, Date.now());
        read(response, resolve, reject);
      });
      request.on('timeout', () => request.destroy(new Error(`DynamoDB did not answer within ${TIMEOUT_MS} ms`)));
      request.on('error', (error) => reject(wasClosed(request, error) ? new ClosedError(error.message) : error));
      request.end(body);
    });
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
      reject(new Refusal(response.statusCode, 'not JSON', text.slice(0, 200)));
    }
  });
}

/** Whoever refuses (an endpoint's policy, say) spells it one way or the other. */
interface Failure {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}
