import { join } from 'node:path';
import type * as clientDynamoDb from '@aws-sdk/client-dynamodb';
import type * as libDynamoDb from '@aws-sdk/lib-dynamodb';
import { TABLE } from './table';
import type { attachDax } from '../../lambda-runtime/dax/index.js';
import type { DaxSettings } from '../../src/contract/runtime-settings';
import { DaxServer, type DaxServerOptions } from '../equipment/dax-server';
import { createTable, type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../equipment/dynamodb-local';

/** Of outside-environment.ts. */
export const { outside } = globalThis as unknown as { readonly outside: NodeJS.Require };

/** What is built for the layer. */
const PART = join(__dirname, '..', '..', 'assets', 'layer', 'cdk-cached-function', 'dax.cjs');

/** The AWS SDK of the function. */
export const client = outside('@aws-sdk/client-dynamodb') as typeof clientDynamoDb;
export const lib = outside('@aws-sdk/lib-dynamodb') as typeof libDynamoDb;

/** `describe` for what needs DynamoDB Local; if that is missing, it skips, and the summary lists it. */
export const describeWithDynamoDb = missingDynamoDbLocal() === undefined ? describe : describe.skip;

/** What the runtime counts in one invocation. */
export type Counts = Record<string, number>;

/** A table, a DAX cluster in front of it, and functions that use it by the document client. */
export class DaxFixture {
  private constructor(private readonly database: DynamoDbLocal, public readonly dax: DaxServer) {}

  public static async start(options: Partial<DaxServerOptions> = {}): Promise<DaxFixture> {
    const database = await startDynamoDbLocal();
    await createTable(database.client(), { table: TABLE, partitionKey: 'id' });
    const fixture = new DaxFixture(database, await DaxServer.start({ origin: database.client(), ...options }));
    await fixture.put({ id: '1', name: 'Tea' });
    return fixture;
  }

  /** Past DAX. */
  public async put(Item: Record<string, unknown>): Promise<void> {
    await this.straightClient().send(new lib.PutCommand({ TableName: TABLE, Item }));
  }

  /** A client that does not use DAX. */
  public straightClient(translateConfig?: libDynamoDb.TranslateConfig): libDynamoDb.DynamoDBDocumentClient {
    return lib.DynamoDBDocumentClient.from(this.database.client(), translateConfig);
  }

  public get environment() {
    return this.database.environment();
  }

  /** An execution environment, independent of others. */
  public environmentOf(settings: Partial<DaxSettings> = {}, translateConfig: libDynamoDb.TranslateConfig = {}): Environment {
    return new Environment(this.database, { endpoint: this.dax.endpoint, ...settings }, translateConfig);
  }

  public async stop(): Promise<void> {
    await this.dax.stop();
    await this.database.stop();
  }
}

export class Environment {
  public readonly client: libDynamoDb.DynamoDBDocumentClient;
  public readonly warnings: string[] = [];
  /** Requests that went to DynamoDB itself. */
  public straight = 0;
  private counts: Counts = {};
  private scope = { count: (metric: string) => this.add(metric) };

  public constructor(database: DynamoDbLocal, settings: DaxSettings, translateConfig: libDynamoDb.TranslateConfig) {
    Object.assign((outside('node:process') as NodeJS.Process).env, database.environment());
    const plain = new client.DynamoDBClient({});
    plain.middlewareStack.add((next) => (args) => {
      this.straight++;
      return next(args);
    }, { step: 'finalizeRequest' });
    this.client = lib.DynamoDBDocumentClient.from(plain, translateConfig);
    // Each environment loads it again.
    delete outside.cache[PART];
    const part = outside(PART) as { attachDax: typeof attachDax };
    part.attachDax(this.client, translateConfig, client, {
      settings, scope: () => this.scope, warnOnce: (_, message) => this.warnings.push(String(message)),
    });
  }

  /** As if it had been frozen for a minute: the wall clock has gone on. */
  public sleep(): void {
    const { Date: clock } = outside('node:vm').runInThisContext('globalThis') as { Date: DateConstructor };
    const now = clock.now.bind(clock);
    const woken = now() + 60_000;
    clock.now = () => woken;
    this.wake = () => {
      clock.now = now;
    };
  }

  /** Ends that. */
  public wake = () => {};

  /** The invocation continues. */
  public forgetCounts(): void {
    this.counts = {};
  }

  /** What was counted since the last time; what follows is another invocation's. */
  public endInvocation(): Counts {
    const { counts } = this;
    this.counts = {};
    this.scope = { count: (metric: string) => this.add(metric) };
    return counts;
  }

  private add(metric: string): void {
    this.counts[metric] = (this.counts[metric] ?? 0) + 1;
  }
}
