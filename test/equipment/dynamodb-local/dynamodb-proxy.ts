import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to DynamoDB. */
export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** A response in DynamoDB's form. */
export interface Reply {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | string;
}

const PREFIX = 'com.amazonaws.dynamodb.v20120810';

/** Responses that DynamoDB Local never sends. */
export const REPLIES = {
  /** The table's throughput is used up. */
  throughputExceeded: {
    status: 400,
    body: { __type: `${PREFIX}#ProvisionedThroughputExceededException`, message: 'The level of configured provisioned throughput for the table was exceeded.' },
  },
  /** The limit of the account or a partition is exceeded. */
  throttled: { status: 400, body: { __type: `${PREFIX}#ThrottlingException`, message: 'Rate of requests exceeds the allowed throughput.' } },
  forbidden: {
    status: 400,
    body: { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'User: f is not authorized to perform: dynamodb:BatchGetItem' },
  },
  /** The error of a VPC endpoint whose policy does not allow the request. */
  forbiddenByEndpoint: {
    status: 403,
    body: { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'no VPC endpoint policy allows the dynamodb:BatchGetItem action' },
  },
  broken: { status: 500, body: { __type: `${PREFIX}#InternalServerError`, message: 'Internal server error' } },
} as const satisfies Record<string, Reply>;

/** A proxy in front of DynamoDB Local that counts requests, and answers some of them itself if a test wants that. */
export class DynamoDbProxy {
  public readonly calls: Call[] = [];
  /** Answers instead of DynamoDB; if it returns undefined, DynamoDB answers. */
  public answer: (call: Call) => Reply | undefined = () => undefined;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(private readonly server: Server, private readonly target: string) {}

  /** @param target the address of DynamoDB Local */
  public static async start(target: string): Promise<DynamoDbProxy> {
    const server = createServer();
    const proxy = new DynamoDbProxy(server, target);
    server.on('request', (incoming, response) => void proxy.handle(incoming, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How often an operation was called so far. */
  public count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** Closes all clients' connections. */
  public disconnect(): void {
    this.server.closeAllConnections();
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) {
      parts.push(part as Buffer);
    }
    const body = Buffer.concat(parts);
    const call = {
      operation: String(incoming.headers['x-amz-target']).split('.').at(-1)!,
      input: JSON.parse(body.toString()) as Record<string, unknown>,
    };
    this.calls.push(call);
    const reply = this.answer(call);
    if (reply !== undefined) {
      response.writeHead(reply.status, { 'Content-Type': 'application/x-amz-json-1.0' }).end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
      return;
    }
    const forwarded = request(this.target, { method: 'POST', headers: incoming.headers, agent: this.agent }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  }
}
