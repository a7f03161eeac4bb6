/** Get-or-load of values that a server has and this process's memory does not, by each kind of server. */
import { BATCH, inBatches } from './bulk-contenders';
import { type CallAll, MINUTES, OURS, TTL_MS } from './contenders';
import { type Origin, originOf, type Product } from './product';
import type { DynamoDbSettings, MemcachedSettings, RedisSettings, SharedSettings } from '../../src/contract/shared-settings';
import { cached, cachedMany } from 'cdk-cached-function/runtime';

export type SharedTask = 'oneShared' | 'manyShared';

/** By name; the raw client's begins with RAW. */
export type SharedContenders = Record<string, (origin: Origin, settings: SharedSettings) => Promise<CallAll>>;

/** The contender to which the ratios refer. */
export const RAW = 'raw';

/** The value that all of them read. */
export const ORIGIN = originOf();

// Not in the handler: a cache that an event defines stays out of the shared tier until another event arrives.
const product = cached('product', ORIGIN, { ttl: { minutes: MINUTES } });
const products = cachedMany('products', ORIGIN.many, { ttl: { minutes: MINUTES }, batchSize: BATCH });

const OURS_SHARED: Record<SharedTask, SharedContenders> = {
  oneShared: { [OURS]: async () => oneByOne(product) },
  manyShared: { [OURS]: async () => inBatches(products) },
};

const OTHERS: { readonly [kind in SharedSettings['kind']]?: Record<SharedTask, SharedContenders> } = {
  redis: {
    oneShared: {
      [`${RAW} iovalkey: GET, JSON.parse`]: async (origin, settings) => {
        const client = await redisClient(settings);
        return oneByOne(async (id) => {
          const text = await client.get(rawKey(id));
          return text === null ? stored(await origin(id), (value) => client.set(rawKey(id), value, 'PX', TTL_MS)) : JSON.parse(text) as Product;
        });
      },
      'async-cache-dedupe on iovalkey': async (origin, settings) => {
        const { createCache } = await import('async-cache-dedupe');
        const storage = { type: 'redis', options: { client: await redisClient(settings) } } as never;
        const cache = createCache({ ttl: TTL_MS / 1_000, storage }).define('product', origin);
        return oneByOne((id) => cache.product(id));
      },
    },
    manyShared: {
      [`${RAW} iovalkey: MGET, JSON.parse`]: async (origin, settings) => {
        const client = await redisClient(settings);
        return inBatches(async (ids) => {
          const texts = await client.mget(ids.map(rawKey));
          return texts.includes(null)
            ? Promise.all(ids.map(async (id) => stored(await origin(id), (value) => client.set(rawKey(id), value, 'PX', TTL_MS))))
            : texts.map((text) => JSON.parse(text!) as Product);
        });
      },
    },
  },
  memcached: {
    oneShared: {
      [`${RAW} memcache: get, JSON.parse`]: async (origin, settings) => {
        const client = await memcachedClient(settings);
        return oneByOne(async (id) => {
          const text = await client.get(rawKey(id));
          return text === undefined ? stored(await origin(id), (value) => client.set(rawKey(id), value)) : JSON.parse(text) as Product;
        });
      },
    },
    manyShared: {
      [`${RAW} memcache: gets, JSON.parse`]: async (origin, settings) => {
        const client = await memcachedClient(settings);
        return inBatches(async (ids) => {
          const texts = await client.gets(ids.map(rawKey));
          return texts.size < ids.length
            ? Promise.all(ids.map(async (id) => stored(await origin(id), (value) => client.set(rawKey(id), value))))
            : ids.map((id) => JSON.parse(texts.get(rawKey(id)) as string) as Product);
        });
      },
    },
  },
  dynamodb: {
    oneShared: {
      [`${RAW} AWS SDK: GetItem`]: async (origin, settings) => {
        const { table: TableName, partitionKey } = settings as DynamoDbSettings;
        const client = await documentClient();
        return oneByOne(async (id) => {
          const Key = { [partitionKey]: rawKey(id) };
          const { Item } = await client.get({ TableName, Key, ConsistentRead: true });
          return Item === undefined
            ? stored(await origin(id), (value) => client.put({ TableName, Item: { ...Key, value } }))
            : JSON.parse(Item.value as string) as Product;
        });
      },
    },
    manyShared: {
      [`${RAW} AWS SDK: BatchGetItem`]: async (origin, settings) => {
        const { table, partitionKey } = settings as DynamoDbSettings;
        const client = await documentClient();
        return inBatches(async (ids) => {
          const Keys = ids.map((id) => ({ [partitionKey]: rawKey(id) }));
          const { Responses } = await client.batchGet({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
          const items = Responses?.[table] ?? [];
          return items.length < ids.length
            ? Promise.all(ids.map(async (id, index) =>
              stored(await origin(id), (value) => client.put({ TableName: table, Item: { ...Keys[index], value } }))))
            : items.map(({ value }) => JSON.parse(value as string) as Product);
        });
      },
    },
  },
};

async function memcachedClient(settings: SharedSettings) {
  const { host, port } = settings as MemcachedSettings;
  const { Memcache } = await import('memcache');
  const client = new Memcache({ nodes: [`${host}:${port}`] });
  await client.connect();
  return client;
}

async function documentClient() {
  const { DynamoDBDocument } = await import('@aws-sdk/lib-dynamodb');
  const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
  return DynamoDBDocument.from(new DynamoDB({}));
}

export function sharedContenders(kind: SharedSettings['kind'], task: SharedTask): SharedContenders {
  return { ...OURS_SHARED[task], ...OTHERS[kind]?.[task] };
}

async function redisClient(settings: SharedSettings) {
  const { host, port } = settings as RedisSettings;
  const { Redis } = await import('iovalkey');
  return new Redis({ host, port: Number(port) });
}

function rawKey(id: string): string {
  return `raw:${id}`;
}

async function stored(value: Product, store: (text: string) => Promise<unknown>): Promise<Product> {
  await store(JSON.stringify(value));
  return value;
}

function oneByOne(call: (id: string) => Promise<unknown>): CallAll {
  return async (ids) => {
    for (const id of ids) {
      await call(id);
    }
  };
}
