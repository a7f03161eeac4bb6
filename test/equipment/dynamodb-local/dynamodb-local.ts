import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { freePorts } from '../free-ports';
import { dynamoDbLocalClassPath } from './download';
import type { DynamoDbSettings } from '../../../src/contract/shared-settings';
import { type Command, ServerProcess } from '../server-process';

const MAIN_CLASS = 'software.amazon.dynamodb.services.local.main.ServerRunner';

/** The log line of its web server when it has started. */
const LISTENS = /Started .*ServerConnector/;

export interface DynamoDbLocalOptions {
  /** @default - a free port */
  readonly port?: number;
  /** More environment variables of its process. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Starts an empty DynamoDB Local; resolves when it accepts requests. */
export function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  return DynamoDbLocal.start(options);
}

/**
 * DynamoDB Local. Its tables are in memory, and the same for all regions and access keys. It checks neither signatures nor
 * permissions, never throttles, and enforces the limits on sizes.
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

  /** The environment variables that point a process's AWS SDKs to this server, or to a proxy in front of it. */
  public environment(endpoint = this.endpoint) {
    return {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: 'eu-west-1',
      // It accepts any letters and digits.
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  }

  /** An AWS SDK client for it, or for a proxy in front of it, which is closed with it. */
  public client(endpoint = this.endpoint): DynamoDBClient {
    const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = this.environment();
    const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    this.clients.push(client);
    return client;
  }

  /** Restarts it on the same port, without tables. */
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
        // Optimizes for a fast start, since it has little to do afterwards.
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

/** A table like the construct's, but without time to live: DynamoDB would delete items that have long expired by its clock. */
export async function createTable(client: DynamoDBClient, { table, partitionKey, sortKey }: Pick<DynamoDbSettings, 'table' | 'partitionKey' | 'sortKey'>): Promise<void> {
  const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  await client.send(new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  }));
}
