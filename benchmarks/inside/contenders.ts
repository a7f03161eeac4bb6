/**
 * The same task for all contenders: get-or-load in this process's memory, by a string id, fresh for five minutes, room for all.
 *
 * Each contender loads its library when it is chosen, and loops in code of its own, as each handler does.
 */
import type { CacheEntry } from '@epic-web/cachified';
import type { Origin, Product } from './product';
import { cached } from 'cdk-cached-function/runtime';

/** Awaits a call for each id. */
export type CallAll = (ids: readonly string[]) => Promise<void>;

export const MINUTES = 30;
export const TTL_MS = MINUTES * 60_000;
export const ROOM = 10_000;

/** Our own name among the contenders. */
export const OURS = 'cached';

export type Contenders = Record<string, (origin: Origin) => Promise<CallAll>>;

export const CONTENDERS: Contenders = {
  [OURS]: async (origin) => {
    const product = cached('product', origin, { ttl: { minutes: MINUTES } });
    return async (ids) => {
      for (const id of ids) {
        await product(id);
      }
    };
  },

  'lru-cache fetch': async (origin) => {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache<string, Product>({ max: ROOM, ttl: TTL_MS, fetchMethod: origin });
    return async (ids) => {
      for (const id of ids) {
        await cache.fetch(id);
      }
    };
  },

  'async-cache-dedupe': async (origin) => {
    const { createCache } = await import('async-cache-dedupe');
    const cache = createCache({ ttl: TTL_MS / 1_000, storage: { type: 'memory', options: { size: ROOM } } }).define('product', origin);
    return async (ids) => {
      for (const id of ids) {
        await cache.product(id);
      }
    };
  },

  'cache-manager wrap': async (origin) => {
    const { createCache } = await import('cache-manager');
    const cache = createCache({ ttl: TTL_MS });
    return async (ids) => {
      for (const id of ids) {
        await cache.wrap(id, () => origin(id));
      }
    };
  },

  'cacheable getOrSet': async (origin) => {
    const { Cacheable, createKeyv } = await import('cacheable');
    // Clones for every get unless told otherwise.
    const cache = new Cacheable({ primary: createKeyv({ useClone: false }), ttl: TTL_MS });
    return async (ids) => {
      for (const id of ids) {
        await cache.getOrSet(id, () => origin(id));
      }
    };
  },

  'bentocache getOrSet': async (origin) => {
    const cache = await bentocacheInMemory();
    return async (ids) => {
      for (const id of ids) {
        await cache.getOrSet({ key: id, factory: () => origin(id) });
      }
    };
  },

  'layered-loader get': async (origin) => {
    const { Loader } = await import('layered-loader');
    const cache = new Loader<Product>({ inMemoryCache: { cacheType: 'lru-map', ttlInMsecs: TTL_MS, maxItems: ROOM }, dataSourceGetOneFn: origin });
    return async (ids) => {
      for (const id of ids) {
        await cache.get(id);
      }
    };
  },

  // Its documentation puts it around lru-cache.
  'cachified on lru-cache': async (origin) => {
    const { cachified } = await import('@epic-web/cachified');
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache<string, CacheEntry>({ max: ROOM });
    return async (ids) => {
      for (const id of ids) {
        await cachified({ key: id, cache, ttl: TTL_MS, getFreshValue: () => origin(id) });
      }
    };
  },

  // Never expires, never evicts, unless its Map is replaced.
  'p-memoize': async (origin) => {
    const { default: pMemoize } = await import('p-memoize');
    const product = pMemoize((id: string) => origin(id));
    return async (ids) => {
      for (const id of ids) {
        await product(id);
      }
    };
  },

  // A store: it loads nothing, and two callers at once would load twice.
  'bare store: @isaacs/ttlcache': async (origin) => {
    const { TTLCache } = await import('@isaacs/ttlcache');
    const cache = new TTLCache<string, Product>({ max: ROOM, ttl: TTL_MS });
    return async (ids) => {
      for (const id of ids) {
        await (cache.get(id) ?? origin(id).then((value) => void cache.set(id, value)));
      }
    };
  },

  // The usual hand-written cache: never expires, never evicts.
  'bare store: Map of promises': async (origin) => {
    const cache = new Map<string, Promise<Product>>();
    const product = (id: string) => {
      let value = cache.get(id);
      if (value === undefined) {
        value = origin(id);
        cache.set(id, value);
      }
      return value;
    };
    return async (ids) => {
      for (const id of ids) {
        await product(id);
      }
    };
  },
};

export async function bentocacheInMemory() {
  const { BentoCache, bentostore } = await import('bentocache');
  const { memoryDriver } = await import('bentocache/drivers/memory');
  // Keeps JSON, and parses it for every get, unless told otherwise.
  const store = bentostore().useL1Layer(memoryDriver({ maxItems: ROOM, serialize: false }));
  return new BentoCache({ default: 'memory', ttl: TTL_MS, stores: { memory: store } });
}
