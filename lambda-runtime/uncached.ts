import type { CacheOperations } from './cached.js';
import { argumentsOf } from './engine/arguments.js';

export type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The operations of a cache that has no entries: what handlers get where the cache is off, or could not start.
 *
 * @param loadOne what `refresh` calls
 */
export function uncachedOperations(loadOne: AnyFunction): CacheOperations<unknown[], unknown> {
  return {
    peek: async () => undefined,
    refresh: async (...args: unknown[]) => loadOne(...argumentsOf(args)),
    invalidate: async () => ({ scope: 'environment' as const }),
    invalidateAll: async () => ({ scope: 'environment' as const }),
    prime: async () => ({ stored: false, scope: 'environment' as const }),
    keyOf: () => undefined,
  };
}
