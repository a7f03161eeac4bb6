import { Dax } from '@amazon-dax-sdk/client-dax';
import {
  type AttributeDefinition, BatchGetItemCommand, BatchWriteItemCommand, CreateTableCommand, type CreateTableCommandInput, DeleteItemCommand,
  type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, TransactGetItemsCommand, TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DaxServer, type DaxServerOptions } from '../../equipment/dax-server';
import { type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../../equipment/dynamodb-local';

export const describeIfThere = missingDynamoDbLocal() === undefined ? describe : describe.skip;

export const CREDENTIALS = { accessKeyId: 'key', secretAccessKey: 'secret' };

/** AWS's client; its types leave out how it is ended. */
export type DaxClient = Dax & { shutdown(): void };

export type Operation = 'getItem' | 'putItem' | 'updateItem' | 'deleteItem' | 'query' | 'scan' | 'batchGetItem' | 'batchWriteItem'
| 'transactGetItems' | 'transactWriteItems';

const COMMANDS: Record<Operation, new (input: any) => GetItemCommand> = {
  getItem: GetItemCommand,
  putItem: PutItemCommand,
  updateItem: UpdateItemCommand,
  deleteItem: DeleteItemCommand,
  query: QueryCommand,
  scan: ScanCommand,
  batchGetItem: BatchGetItemCommand,
  batchWriteItem: BatchWriteItemCommand,
  transactGetItems: TransactGetItemsCommand,
  transactWriteItems: TransactWriteItemsCommand,
} as never;

export type Input = Record<string, any>;

/** DynamoDB Local, a DAX cluster in front of it, and AWS's clients of both. */
export class DaxServerFixture {
  private readonly clients: DaxClient[] = [];
  private readonly servers: DaxServer[] = [];

  private constructor(public readonly dynamodb: DynamoDbLocal, public readonly origin: DynamoDBClient) {}

  public static async open(): Promise<DaxServerFixture> {
    const dynamodb = await startDynamoDbLocal();
    return new DaxServerFixture(dynamodb, dynamodb.client());
  }

  public async serve(options: Partial<DaxServerOptions> = {}): Promise<DaxServer> {
    const server = await DaxServer.start({ origin: this.origin, ...options });
    this.servers.push(server);
    return server;
  }

  public connect(endpoint: string, options: Input = {}): DaxClient {
    const client = new Dax({ endpoint, region: 'eu-west-1', credentials: CREDENTIALS, ...options }) as DaxClient;
    this.clients.push(client);
    return client;
  }

  public straight(operation: Operation, input: Input): Promise<Input> {
    return this.origin.send(new COMMANDS[operation](input));
  }

  public async table(TableName: string, key: Record<string, string>, more: Partial<CreateTableCommandInput> = {}): Promise<void> {
    const { AttributeDefinitions = [], ...others } = more;
    await this.origin.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: Object.keys(key).map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: [
        ...Object.entries(key).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }) as AttributeDefinition),
        ...AttributeDefinitions,
      ],
      ...others,
    }));
  }

  /** Ends what a test has opened beside DynamoDB. */
  public async tidy(): Promise<void> {
    this.clients.splice(0).forEach((client) => client.shutdown());
    await Promise.all(this.servers.splice(0).map((server) => server.stop()));
  }

  public async close(): Promise<void> {
    await this.tidy();
    await this.dynamodb.stop();
  }
}

/** Sends an operation through DAX. */
export function through(client: Dax, operation: Operation, input: Input): Promise<Input> {
  return (client as unknown as Record<Operation, (input: Input) => Promise<Input>>)[operation](input);
}

/** As reported by DAX's client, or AWS's other ones. */
export interface Failure extends Error {
  readonly code?: string;
  readonly cancellationReasons?: Input[];
  readonly CancellationReasons?: Input[];
}

/**
 * What a call fails with. The client emits its error before it throws it, and Node.js wraps what is no Error of its own
 * realm: only in jest, whose tests have a realm of theirs.
 */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    return (error as { context?: any }).context ?? error;
  }
  throw new Error('It did not fail.');
}

/** The same for both clients: no metadata, bytes as text, one text for a number, sets in order, no members that are undefined. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return `bytes ${Buffer.from(value).toString('hex')}`;
  }
  if (Array.isArray(value)) {
    return value.map(comparable);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value)
    .filter(([name, member]) => name !== '$metadata' && member !== undefined)
    .map(([name, member]) => [name, isNumber(name, member) ? plain(member) : isSet(name, member) ? inOrder(member) : comparable(member)]));
}

function isNumber(name: string, member: unknown): member is string {
  return name === 'N' && typeof member === 'string';
}

function isSet(name: string, member: unknown): member is unknown[] {
  return ['SS', 'NS', 'BS'].includes(name) && Array.isArray(member);
}

function inOrder(members: unknown[]): unknown[] {
  return members.map((member) => typeof member === 'string' ? plain(member) : comparable(member)).sort();
}

/** There is more than one way to write a number, and DynamoDB Local uses another one in sets. */
function plain(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) {
    return text;
  }
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '0' : `${sign}${significant}E${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
