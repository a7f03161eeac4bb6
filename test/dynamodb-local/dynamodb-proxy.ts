import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What somebody asks DynamoDB for. */
export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** An answer, as DynamoDB writes it. */
export interface Reply {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | string;
}

const PREFIX = 'com.amazonaws.dynamodb.v20120810';

/** Answers that DynamoDB Local never gives. */
export const REPLIES = {
  /** The table's throughput is used up. */
  throughputExceeded: {
    status: 400,
    body: { __type: `${PREFIX}#ProvisionedThroughputExceededException`, message: 'The level of configured provisioned throughput for the table was exceeded.' },
  },
  /** The account, or a partition, has had too much. */
  throttled: { status: 400, body: { __type: `${PREFIX}#ThrottlingException`, message: 'Rate of requests exceeds the allowed throughput.' } },
  forbidden: {
    status: 400,
    body: { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'User: f is not authorized to perform: dynamodb:BatchGetItem' },
  },
  /** What an endpoint in a VPC says whose policy does not allow it. */
  forbiddenByEndpoint: {
    status: 403,
    body: { __type: 'com.amazon.coral.service#AccessDeniedException', Message: 'no VPC endpoint policy allows the dynamodb:BatchGetItem action' },
  },
  broken: { status: 500, body: { __type: `${PREFIX}#InternalServerError`, message: 'Internal server error' } },
} as const satisfies Record<string, Reply>;

/** Stands in front of DynamoDB Local, counts what is asked for, and answers itself where a test says so. */
export class DynamoDbProxy {
  public readonly calls: Call[] = [];
  /** Answers in the place of DynamoDB; undefined: DynamoDB does. */
  public answer: (call: Call) => Reply | undefined = () => undefined;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(private readonly server: Server, private readonly target: string) {}

  /** @param target where DynamoDB Local is */
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

  /** Ends the connections of all clients. */
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
