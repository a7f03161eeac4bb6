/**
 * What a handler's `import … from 'cdk-cached-function/runtime'` becomes in Lambda: it hands on the one runtime that the
 * layer's handler has set up. Where there is none, because it could not start, loaders are called every time.
 *
 * src/runtime-code.ts puts it into bundles, lifecycle/resolve-import.ts in the way of code that was built elsewhere.
 */
import type { CacheOperations } from './cached.js';
import type * as api from './index.js';
import { installedRuntime } from './installed.js';

export const cached: typeof api.cached = (name, loader, options) =>
  installedRuntime()?.cached(name, loader, options) ?? uncached(loader, loader as never) as never;

export const cachedMany: typeof api.cachedMany = (name, loadMany, options) =>
  installedRuntime()?.cachedMany(name, loadMany as never, options) ?? uncachedMany(loadMany as never) as never;

export const invalidateTags: typeof api.invalidateTags = async (...tags) =>
  installedRuntime()?.invalidateTags(...tags) ?? { scope: 'environment' };

export const loadContext: typeof api.loadContext = () => installedRuntime()?.loadContext() ?? {
  signal: new AbortController().signal,
  tags: [],
  doNotCache() {},
} as never;

type AnyFunction = (...args: unknown[]) => unknown;

/** The operations of a cache that has no entries. */
function uncached(call: AnyFunction, loadOne: AnyFunction): AnyFunction & CacheOperations<unknown[], unknown> {
  return Object.assign(async (...args: unknown[]) => call(...args), {
    peek: async () => undefined,
    refresh: async (...args: unknown[]) => loadOne(...args),
    invalidate: async () => ({ scope: 'environment' as const }),
    invalidateAll: async () => ({ scope: 'environment' as const }),
    prime: async () => ({ stored: false, scope: 'environment' as const }),
    keyOf: () => undefined,
  });
}

function uncachedMany(loadMany: (ids: readonly unknown[]) => unknown): AnyFunction {
  const settled = async (ids: readonly unknown[]): Promise<PromiseSettledResult<unknown>[]> => {
    const values = await loadMany(ids) as ReadonlyMap<unknown, unknown> | readonly unknown[];
    return Promise.allSettled(ids.map(async (id, index) => {
      const value = values instanceof Map ? values.get(id) as unknown : (values as readonly unknown[])[index];
      if (value instanceof Error) {
        throw value;
      }
      return value;
    }));
  };
  const getAll = async (ids: readonly unknown[]) => (await settled(ids)).map((result) => {
    if (result.status === 'rejected') {
      throw result.reason;
    }
    return result.value;
  });
  return Object.assign(uncached(getAll as AnyFunction, async (id) => (await getAll([id]))[0]), { settled });
}
