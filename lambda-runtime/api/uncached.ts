import type { CacheOperations } from './types.js';
import { argumentsOf } from '../values/arguments.js';

export type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The operations of a cache without entries, for handlers whose cache is off or could not start.
 *
 * @param loadOne the function that `refresh` calls
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
