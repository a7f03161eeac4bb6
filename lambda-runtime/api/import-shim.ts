/**
 * Replaces a handler's `import … from 'cdk-cached-function/runtime'` in Lambda: it exports the runtime that the layer's handler has set up. If
 * that could not start, every call goes to the loader. A worker thread that the handler starts has none: there the layer's copy of the
 * runtime caches in the thread's own memory, as outside Lambda.
 *
 * src/function/runtime-code.ts puts it into bundles; lambda/resolve-import.ts resolves to it in code that was built elsewhere.
 */
import { type InstalledRuntime, installedRuntime } from './installed.js';
import type * as api from './runtime.js';
import { type AnyFunction, uncachedOperations } from './uncached.js';
import { argumentsOf } from '../values/arguments.js';

export { WriteOutcomeUnknownError } from '../values/errors.js';
export { LoadTimeoutError } from '../values/errors.js';

/** Where Lambda unpacks the layer, in case a wrapper has changed `_HANDLER`, which normally contains the path. */
const LAYER = '/opt/cdk-cached-function/';

function runtime(): InstalledRuntime | undefined {
  const installed = installedRuntime();
  return installed === undefined ? localRuntime() : installed ?? undefined;
}

function localRuntime(): InstalledRuntime | undefined {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    const directory = /^.*\/cdk-cached-function\//.exec(process.env._HANDLER ?? '')?.[0] ?? LAYER;
    return createRequire(directory)('./local.cjs') as InstalledRuntime;
  } catch {
    return undefined;
  }
}

export const cached: typeof api.cached = (name, loader, options) =>
  runtime()?.cached(name, loader, options, cached) ?? uncached(loader as AnyFunction) as never;

export const cachedMany: typeof api.cachedMany = (name, loadMany, options) =>
  runtime()?.cachedMany(name, loadMany as never, options, cachedMany) ?? uncachedMany(loadMany as never) as never;

export const invalidateTags: typeof api.invalidateTags = async (...tags) =>
  runtime()?.invalidateTags(...tags) ?? { scope: 'environment' };

export const loadContext: typeof api.loadContext = () => runtime()?.loadContext() ?? {
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
