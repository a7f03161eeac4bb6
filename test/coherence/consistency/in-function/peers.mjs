import { createClient } from '@redis/client';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';

const HOUR_SECONDS = 3_600;

/** Client-side caching by RESP3 tracking: the server announces changed keys. */
async function nodeRedis(port) {
  const client = createClient({
    RESP: 3,
    socket: { host: '127.0.0.1', port, connectTimeout: 500, socketTimeout: 500, reconnectStrategy: 20 },
    clientSideCache: { ttl: 0, maxEntries: 0, evictPolicy: 'LRU' },
  });
  client.on('error', () => {});
  await client.connect();
  return {
    async read(key, load) {
      const text = await client.get(key);
      if (text !== null) return Number(text);
      const version = await load();
      await client.set(key, String(version), { NX: true, EX: HOUR_SECONDS });
      return version;
    },
    change: (key, version) => client.set(key, String(version), { EX: HOUR_SECONDS }),
  };
}

/** Memory before Redis, and a bus on which environments tell each other what they have changed. */
async function bento(port) {
  const connect = () => {
    const client = new Redis({ host: '127.0.0.1', port, connectTimeout: 500, commandTimeout: 500, socketTimeout: 500, retryStrategy: () => 20 });
    client.on('error', () => {});
    return client;
  };
  const cache = new BentoCache({
    default: 'all',
    stores: {
      all: bentostore()
        .useL1Layer(memoryDriver({ maxItems: 10_000 }))
        .useL2Layer(redisDriver({ connection: connect() }))
        .useBus(redisBusDriver({ connection: { host: '127.0.0.1', port, connectTimeout: 500, retryStrategy: () => 20 } })),
    },
  });
  return {
    read: (key, load) => cache.getOrSet({ key, factory: load, ttl: '1h' }),
    change: (key, value) => cache.set({ key, value, ttl: '1h' }),
  };
}

export const openPeer = (peer, port) => ({ 'node-redis': nodeRedis, bentocache: bento })[peer](port);
