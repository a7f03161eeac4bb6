/** Get-or-load of 100 values in one call, all of them in memory. */
import { type CallAll, type Contenders, MINUTES, OURS, ROOM, TTL_MS } from './contenders';
import type { Origin, Product } from './product';
import { cachedMany } from 'cdk-cached-function/runtime';

/** The number of ids in a call. */
export const BATCH = 100;

export const BULK_CONTENDERS: Contenders = {
  [OURS]: async (origin) => {
    const products = cachedMany('product', origin.many, { ttl: { minutes: MINUTES } });
    return inBatches(products);
  },

  // The only peers that read many at once; the caller loads what is missing.
  'cacheable getMany': async (origin) => {
    const { Cacheable, createKeyv } = await import('cacheable');
    const cache = new Cacheable({ primary: createKeyv({ useClone: false }), ttl: TTL_MS });
    return inBatches(missesLoaded(
      (ids) => cache.getMany<Product>([...ids]),
      async (found) => void await cache.setMany(found.map((value) => ({ key: value.id, value }))),
      origin,
    ));
  },

  'cache-manager mget': async (origin) => {
    const { createCache } = await import('cache-manager');
    const cache = createCache({ ttl: TTL_MS });
    return inBatches(missesLoaded(
      (ids) => cache.mget<Product>([...ids]),
      async (found) => void await cache.mset(found.map((value) => ({ key: value.id, value }))),
      origin,
    ));
  },

  // The usual code around a cache without bulk reads.
  'lru-cache, Promise.all of fetch': async (origin) => {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache<string, Product>({ max: ROOM, ttl: TTL_MS, fetchMethod: origin });
    return inBatches((ids) => Promise.all(ids.map((id) => cache.fetch(id))));
  },

  'async-cache-dedupe, Promise.all': async (origin) => {
    const { createCache } = await import('async-cache-dedupe');
    const cache = createCache({ ttl: TTL_MS / 1_000, storage: { type: 'memory', options: { size: ROOM } } }).define('product', origin);
    return inBatches((ids) => Promise.all(ids.map((id) => cache.product(id))));
  },
};

/** Calls for all ids, a batch at a time. */
export function inBatches(call: (ids: readonly string[]) => Promise<unknown>): CallAll {
  return async (ids) => {
    for (let start = 0; start < ids.length; start += BATCH) {
      await call(ids.slice(start, start + BATCH));
    }
  };
}

function missesLoaded(
  getMany: (ids: readonly string[]) => Promise<(Product | undefined | null)[]>,
  setMany: (found: readonly Product[]) => Promise<void>,
  origin: Origin,
): (ids: readonly string[]) => Promise<(Product | undefined | null)[]> {
  return async (ids) => {
    const values = await getMany(ids);
    const missing = ids.filter((_, index) => values[index] === undefined || values[index] === null);
    if (missing.length === 0) {
      return values;
    }
    await setMany(await origin.many(missing));
    return getMany(ids);
  };
}
