/** Get-or-load in memory of entries that have two tags each. */
import { bentocacheInMemory, CONTENDERS, type Contenders, MINUTES, OURS, ROOM, TTL_MS } from './contenders';
import { cached, loadContext } from 'cdk-cached-function/runtime';

export const TAGGED_CONTENDERS: Contenders = {
  [OURS]: async (origin) => {
    const product = cached('product', async (id: string) => {
      const value = await origin(id);
      loadContext().tags = value.tags;
      return value;
    }, { ttl: { minutes: MINUTES } });
    return async (ids) => {
      for (const id of ids) {
        await product(id);
      }
    };
  },

  'async-cache-dedupe references': async (origin) => {
    const { createCache } = await import('async-cache-dedupe');
    const storage = { type: 'memory', options: { size: ROOM, invalidation: true } } as const;
    const cache = createCache({ ttl: TTL_MS / 1_000, storage })
      .define('product', { references: (_, __, value) => [...value?.tags ?? []] }, origin);
    return async (ids) => {
      for (const id of ids) {
        await cache.product(id);
      }
    };
  },

  'bentocache getOrSet': async (origin) => {
    const cache = await bentocacheInMemory();
    return async (ids) => {
      for (const id of ids) {
        await cache.getOrSet({ key: id, tags: ['garden', 'new'], factory: () => origin(id) });
      }
    };
  },

  // The cost of not having tags.
  'lru-cache fetch, untagged': CONTENDERS['lru-cache fetch'],
};
