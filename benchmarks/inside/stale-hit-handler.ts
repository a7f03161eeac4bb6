/** A user's handler that answers from memory: with a fresh entry, or with a stale one whose refresh takes 200 ms. */
import { setTimeout as delay } from 'node:timers/promises';
import { cached } from 'cdk-cached-function/runtime';

const ORIGIN_MS = 200;
const HOUR_MS = 3_600_000;

type Lookup = (id: string) => Promise<unknown>;

/** Creates a cache whose entries are fresh for this long, and may be returned stale for another hour. */
type Contender = (ttlMs: number, name: string) => Promise<Lookup>;

/** All contenders that can return a stale value at once and refresh it in the background. */
const CONTENDERS: Record<string, Contender> = {
  'cached': async (ttlMs, name) => cached(name, origin, { ttl: { milliseconds: ttlMs }, staleWhileRevalidate: { hours: 1 } }),

  'lru-cache fetch': async (ttlMs) => {
    const { LRUCache } = await import('lru-cache');
    const cache = new LRUCache<string, object>({ max: 100, ttl: ttlMs, allowStale: true, fetchMethod: origin });
    return (id) => cache.fetch(id);
  },

  'async-cache-dedupe': async (ttlMs) => {
    const { createCache } = await import('async-cache-dedupe');
    const cache = createCache({ ttl: ttlMs / 1_000, stale: HOUR_MS / 1_000, storage: { type: 'memory' } }).define('product', origin);
    return (id) => cache.product(id);
  },

  'bentocache getOrSet': async (ttlMs) => {
    const { BentoCache, bentostore } = await import('bentocache');
    const { memoryDriver } = await import('bentocache/drivers/memory');
    const store = bentostore().useL1Layer(memoryDriver({ serialize: false }));
    const cache = new BentoCache({ default: 'memory', ttl: ttlMs, grace: HOUR_MS, timeout: 0, stores: { memory: store } });
    return (id) => cache.getOrSet({ key: id, factory: () => origin(id) });
  },
};

export const CONTENDER_NAMES = Object.keys(CONTENDERS);

const ready = process.env.BENCH_CONTENDER === undefined ? undefined : prepare(CONTENDERS[process.env.BENCH_CONTENDER]);

export async function handler({ age }: { age: 'fresh' | 'stale' }): Promise<unknown> {
  const lookups = await ready!;
  return lookups[age]('1');
}

async function prepare(contender: Contender): Promise<Record<'fresh' | 'stale', Lookup>> {
  const lookups = { fresh: await contender(HOUR_MS, 'fresh'), stale: await contender(Number(process.env.BENCH_TTL_MS), 'stale') };
  await Promise.all([lookups.fresh('1'), lookups.stale('1')]);
  return lookups;
}

async function origin(id: string): Promise<object> {
  await delay(ORIGIN_MS);
  // Not console.log, whose lines Lambda's runtime client decorates.
  process.stdout.write('loaded\n');
  return { id };
}
