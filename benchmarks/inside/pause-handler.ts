/** A user's handler that loads new values until there have been twice as many as memory has room for. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { productOf, type Product } from './product';
import { cached } from 'cdk-cached-function/runtime';

export interface PauseEvent {
  readonly isOurs: boolean;
  readonly entries: number;
}

export interface Pauses {
  readonly longestMs: number;
  readonly p99Ms: number;
}

/** The number of loads before other callbacks get their turn, as between a handler's awaits. */
const SLICE = 20;

export async function handler({ isOurs, entries }: PauseEvent): Promise<Pauses> {
  const load = isOurs ? cached('product', async (id: string) => productOf(id), { ttl: { minutes: 5 } }) : boundedMap(entries);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let i = 0; i < 2 * entries; i += SLICE) {
    if (i >= entries) {
      // Filling an empty memory is not churn.
      delay.enable();
    }
    for (let at = i; at < i + SLICE; at++) {
      await load(`product-${at}`);
    }
    await setImmediate();
  }
  delay.disable();
  return { longestMs: delay.max / 1e6, p99Ms: delay.percentile(99) / 1e6 };
}

function boundedMap(entries: number): (id: string) => Promise<Product> {
  const cache = new Map<string, Product>();
  return async (id) => {
    const value = cache.get(id) ?? productOf(id);
    cache.set(id, value);
    if (cache.size > entries) {
      cache.delete(cache.keys().next().value!);
    }
    return value;
  };
}
