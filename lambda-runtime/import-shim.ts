/**
 * What a handler's `import … from 'cdk-cached-function/runtime'` becomes in Lambda: it hands on the one runtime that the
 * layer's handler has set up. Where there is none, because it could not start, loaders are called every time.
 *
 * src/runtime-code.ts puts it into bundles, lifecycle/resolve-import.ts in the way of code that was built elsewhere.
 */
import { argumentsOf } from './engine/arguments.js';
import type * as api from './index.js';
import { installedRuntime } from './installed.js';
import { type AnyFunction, uncachedOperations } from './uncached.js';

export const cached: typeof api.cached = (name, loader, options) =>
  installedRuntime()?.cached(name, loader, options, cached) ?? uncached(loader as AnyFunction) as never;

export const cachedMany: typeof api.cachedMany = (name, loadMany, options) =>
  installedRuntime()?.cachedMany(name, loadMany as never, options, cachedMany) ?? uncachedMany(loadMany as never) as never;

export const invalidateTags: typeof api.invalidateTags = async (...tags) =>
  installedRuntime()?.invalidateTags(...tags) ?? { scope: 'environment' };

export const loadContext: typeof api.loadContext = () => installedRuntime()?.loadContext() ?? {
  signal: new AbortController().signal,
  tags: [],
  doNotCache() {},
} as never;

function uncached(call: AnyFunction): AnyFunction {
  return Object.assign(async (...args: unknown[]) => call(...argumentsOf(args)), uncachedOperations(call));
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
  return Object.assign(getAll as AnyFunction, { settled }, uncachedOperations(async (id) => (await getAll([id]))[0]));
}
