import { registerHooks } from 'node:module';
import { createCache } from 'async-cache-dedupe';
import { Cacheable, Keyv } from 'cacheable';
import { Redis } from 'iovalkey';
import { FaultyProxy } from '../equipment/faulty-proxy';
import { startRedis } from '../equipment/redis-servers';

/** A peer that has not answered by then is not waited for. */
const LONGEST_WAIT_MS = 8_000;

export interface PeerResult {
  readonly name: string;
  /** What became of the first read after its Redis had stopped answering. */
  readonly outcome: 'answered' | 'failed' | 'hung';
  readonly ms: number;
}

/** Reads through a cache, which calls the origin if it has to. */
type Read = (id: string) => Promise<unknown>;

interface Peer {
  readonly name: string;
  open(client: Redis): Read | Promise<Read>;
}

const origin = (id: string) => Promise.resolve({ id });

/** With their defaults, and a client with its own: both are what a user gets from the first page of the documentation. */
const PEERS: readonly Peer[] = [
  {
    name: 'async-cache-dedupe',
    open: (client) => {
      const cache = createCache({ ttl: 60, storage: { type: 'redis', options: { client: client as never } } }).define('thing', origin);
      return (id) => cache.thing(id);
    },
  },
  {
    name: 'cacheable',
    open: (client) => {
      // What Keyv's own adapters do with a client, in three commands.
      const store = {
        opts: {},
        get: (key: string) => client.get(key),
        set: (key: string, value: string) => client.set(key, value),
        delete: async (key: string) => await client.del(key) > 0,
        clear: async () => void await client.flushall(),
        on: () => {},
      };
      const cache = new Cacheable({ secondary: new Keyv({ store }) });
      return (id) => cache.getOrSet(id, () => origin(id), { ttl: '1m' });
    },
  },
  {
    name: 'bentocache',
    open: async (client) => {
      // It requires ioredis, of which iovalkey is a fork with the same interface and the same defaults.
      registerHooks({ resolve: (specifier, context, next) => next(specifier === 'ioredis' ? 'iovalkey' : specifier, context) });
      const { BentoCache, bentostore } = await import('bentocache');
      const { memoryDriver } = await import('bentocache/drivers/memory');
      const { redisDriver } = await import('bentocache/drivers/redis');
      const store = bentostore().useL1Layer(memoryDriver()).useL2Layer(redisDriver({ connection: client as never }));
      const cache = new BentoCache({ default: 'it', stores: { it: store } });
      return (id) => cache.getOrSet({ key: id, factory: () => origin(id), ttl: '1m' });
    },
  },
];

/** What others make of a Redis that does not answer any more: for the record, beside our own. */
export async function runPeers(): Promise<PeerResult[]> {
  const results: PeerResult[] = [];
  const server = await startRedis();
  for (const { name, open } of PEERS) {
    const proxy = await FaultyProxy.start(server);
    const client = new Redis(proxy.port, 'localhost');
    client.on('error', () => {});
    const read = await open(client);
    await read('warm');
    await proxy.set('blackHole');
    results.push({ name, ...await outcomeOf(() => read('cold')) });
    client.disconnect();
    await proxy.stop();
  }
  await server.stop();
  return results;
}

async function outcomeOf(read: () => Promise<unknown>): Promise<Omit<PeerResult, 'name'>> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    read().then(() => 'answered' as const, () => 'failed' as const),
    new Promise<'hung'>((resolve) => {
      timer = setTimeout(() => resolve('hung'), LONGEST_WAIT_MS);
    }),
  ]);
  clearTimeout(timer);
  return { outcome, ms: Math.round(performance.now() - startedAt) };
}
