import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePorts } from '../free-ports';
import { dynamoDbLocalClassPath } from './download';
import { type Command, ServerProcess } from '../server-process';

const MAIN_CLASS = 'software.amazon.dynamodb.services.local.main.ServerRunner';

/** What its web server logs. */
const LISTENS = /Started .*ServerConnector/;

export interface DynamoDbLocalOptions {
  /** @default - a port that is free */
  readonly port?: number;
  /** More environment variables of its process. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Starts DynamoDB Local, with nothing in it; resolves when it takes requests. */
export function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  return DynamoDbLocal.start(options);
}

/**
 * DynamoDB Local. Its tables are in its memory, the same for every region and every access key; it checks no signature and no
 * permission, throttles nobody, and enforces the limits on sizes.
 */
export class DynamoDbLocal extends ServerProcess {
  private readonly clients: DynamoDBClient[] = [];

  protected constructor(port: number, protected readonly variables: NodeJS.ProcessEnv) {
    super(port);
  }

  public static async start({ port, variables = {} }: DynamoDbLocalOptions): Promise<DynamoDbLocal> {
    const server = new DynamoDbLocal(port ?? (await freePorts(1))[0], variables);
    await server.begin();
    return server;
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What points every AWS SDK in a process to this server, or to a proxy in front of it. */
  public environment(endpoint = this.endpoint) {
    return {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'eu-west-1',
      // It wants letters and digits, whichever.
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  }

  /** An AWS SDK client of it, or of a proxy in front of it, which ends with it. */
  public client(endpoint = this.endpoint): DynamoDBClient {
    const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = this.environment();
    const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    this.clients.push(client);
    return client;
  }

  /** Starts it again on the same port, without any table. */
  public override async restart(): Promise<void> {
    await this.end('SIGKILL');
    await this.begin();
  }

  public override async stop(): Promise<void> {
    this.clients.splice(0).forEach((client) => client.destroy());
    await super.stop();
  }

  protected override command(): Command {
    return {
      executable: 'java',
      args: [
        // It shall start soon; it has little to do afterwards.
        '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx512m',
        '-cp', dynamoDbLocalClassPath(), MAIN_CLASS,
        '-port', String(this.port), '-inMemory', '-sharedDb', '-disableTelemetry',
      ],
      env: { ...process.env, DDB_LOCAL_TELEMETRY: '0', ...this.variables },
    };
  }

  protected override ready(since: number): Promise<void> {
    return this.logged(LISTENS, since);
  }
}
