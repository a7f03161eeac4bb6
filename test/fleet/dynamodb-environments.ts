import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DYNAMODB, type DynamoDbBackend } from './dynamodb-backend.js';
import { Environment, tag, type Version } from './fleet.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';

export const SECOND = 1_000;
export const INDEX = 'shop:2:@';

export interface Places {
  /** Where the table is said to be. @default - as it is */
  readonly settings?: DynamoDbBackend['settings'];
  /** @default - the proxy */
  readonly endpoint?: string;
  /** What the origin has. @default - the key, and how often the origin was called */
  readonly value?: unknown;
}

/** A table, empty before each test, and the environments of a function that share it. */
export class DynamoDbFleet {
  public backend!: DynamoDbBackend;
  private originCalls = 0;

  /** For use inside a `describe`. */
  public constructor() {
    beforeAll(async () => {
      this.backend = await DYNAMODB.start();
    });
    afterAll(() => this.backend?.stop());
    beforeEach(async () => {
      this.originCalls = 0;
      this.backend.proxy.answer = () => undefined;
      await this.backend.clear();
    });
  }

  public async environment(options: CachedOptions<UserLoader> = {}, { settings, endpoint, value }: Places = {}): Promise<Environment> {
    const { backend } = this;
    const environment = backend.server.environment(endpoint ?? backend.proxy.endpoint);
    const created = new Environment({ settings: settings ?? backend.settings, environment }, (key) => {
      tag(`about ${key}`);
      this.originCalls++;
      return Promise.resolve((value ?? { key, version: this.originCalls }) as Version);
    }, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 }, ...options });
    await created.open();
    return created;
  }

  public async itemOf(key: string) {
    return (await this.backend.client.send(new GetItemCommand({ TableName: 'cache', Key: { key: { S: key } } }))).Item;
  }
}

export async function get(from: Environment, key: string): Promise<Version> {
  const value = await from.get(key);
  await from.settle();
  return value;
}
