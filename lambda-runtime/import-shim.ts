/**
 * What a handler's `import … from 'cdk-cached-function/runtime'` becomes in Lambda: it hands on the one runtime that the
 * layer's handler has set up. Where there is none, because it could not start, loaders are called every time.
 *
 * src/runtime-code.ts puts it into bundles, lifecycle/resolve-import.ts in the way of code that was built elsewhere.
 */
import type { Cached, UserLoader } from './cached.js';
import type * as runtime from './index.js';
import { installedRuntime } from './installed.js';

export const cached: typeof runtime.cached = (name, loader, options) =>
  installedRuntime()?.cached(name, loader, options) ?? uncached(loader);

function uncached<L extends UserLoader>(loader: L): Cached<L> {
  const call = async (...args: Parameters<L>): Promise<Awaited<ReturnType<L>>> => await loader(...args) as Awaited<ReturnType<L>>;
  return Object.assign(call, {
    refresh: call,
    peek: async () => undefined,
    invalidate: async () => ({ scope: 'environment' as const }),
    prime: async () => ({ stored: false, scope: 'environment' as const }),
    keyOf: () => undefined,
  });
}
