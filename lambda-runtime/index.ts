import type { Cached, CachedOptions, UserLoader } from './cached.js';
import { install, installedRuntime } from './installed.js';
import { Runtime } from './runtime.js';

export type { Cached, CachedOptions, Peeked, Scope } from './cached.js';
export type { Duration } from './engine/duration.js';

/**
 * Puts a cache before a function that reads the origin.
 *
 * ```ts
 * const product = cached('product', (id: string) => table.get(id));
 * export const handler = async (event) => product(event.pathParameters.id);
 * ```
 *
 * Outside Lambda, in unit tests and scripts, the same call caches in plain memory and writes no metrics.
 *
 * @param name Names the cache: explicit, so that it survives minification. It is the metrics' dimension, part of the
 *   keys, and what `addCachePolicy` refers to. 1 to 64 letters, digits, `_`, `.` or `-`.
 * @param loader Reads the origin. Called with the caller's arguments, once at a time for equal ones; its errors reach every
 *   waiting caller unchanged, and are not cached. What it returns should be plain data; everything else is returned
 *   as it came, uncached.
 * @throws TypeError if the name, the loader or an option cannot be used.
 */
export function cached<L extends UserLoader>(name: string, loader: L, options?: CachedOptions<L>): Cached<L> {
  return runtime().cached(name, loader, options);
}

function runtime(): Runtime {
  const installed = installedRuntime();
  if (installed !== undefined) {
    return installed;
  }
  const local = new Runtime(process.env);
  install(local);
  return local;
}
