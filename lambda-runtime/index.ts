import type { Cached, CachedMany } from './cached.js';
import type { LoadMany } from './engine/batch.js';
import type { LoadContext } from './engine/load-context.js';
import type { Tag } from './engine/tags.js';
import { install, type InstalledRuntime, installedRuntime } from './installed.js';
import { LocalRuntime } from './local-runtime.js';
import type { CachedManyOptions, CachedOptions, UserLoader } from './options.js';

export { WriteOutcomeUnknownError } from './dax/write-outcome-unknown-error.js';
export type { Cached, CachedMany, CacheOperations, Peeked, Scope } from './cached.js';
export type { CacheOptions, CachedManyOptions, CachedOptions } from './options.js';
export type { Duration } from './engine/duration.js';
export type { CacheEvent } from './engine/events.js';
export { LoadTimeoutError } from './engine/load-timeout-error.js';
export type { LoadContext, StaleEntry } from './engine/load-context.js';
export type { Tag } from './engine/tags.js';

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
 * @throws TypeError if the name, the loader or an option cannot be used; outside Lambda also if another cache has the name.
 */
export function cached<L extends UserLoader>(name: string, loader: L, options?: CachedOptions<L>): Cached<L> {
  return runtime().cached(name, loader, options, cached);
}

/**
 * Puts a cache before a function that reads many values at once: only what is missing is loaded, in batches.
 *
 * ```ts
 * const products = cachedMany('product', (ids: readonly string[]) => table.getMany(ids));
 * const [one, two] = await products(['1', '2']);
 * ```
 *
 * @param name See `cached`.
 * @param loadMany Gets an array of ids of its own, each once, and returns the values in their order, or a Map by id. Where it
 *   sorts the array in place, the values are taken to be in that order. An Error among the values is the error of that id alone.
 * @throws TypeError if the name, the loader or an option cannot be used.
 */
export function cachedMany<K, V>(
  name: string,
  loadMany: (ids: readonly K[]) => ManyValues<K, V> | Promise<ManyValues<K, V>>,
  options?: CachedManyOptions,
): CachedMany<K, V> {
  return runtime().cachedMany(name, loadMany as LoadMany, options, cachedMany);
}

/** What the loader of `cachedMany` returns: values in the order of the ids, or by id. */
export type ManyValues<K, V> = readonly (V | Error)[] | ReadonlyMap<K, V | Error>;

/**
 * Forgets all entries, of all caches, that have one of the tags that their loader set by `loadContext().tags`. Costs the
 * same however many there are. A load that began before this does not store after it.
 *
 * @param tags texts, numbers (`42` and `'42'` are one tag) or lists of them. Anything else is logged once and invalidates
 *   nothing; the scope is then `environment`.
 */
export async function invalidateTags(...tags: readonly (Tag | readonly Tag[])[]): Promise<{ readonly scope: 'environment' | 'fleet' }> {
  return runtime().invalidateTags(...tags);
}

/**
 * What a loader may ask and decide while it runs: the `signal` that ends it, the `stale` entry it is to replace, the `ttl` and
 * `tags` of the new one. Outside a load, where a loader is called directly, a context that nobody reads.
 */
export function loadContext(): LoadContext {
  return runtime().loadContext();
}

function runtime(): InstalledRuntime {
  const installed = installedRuntime();
  if (installed) {
    return installed;
  }
  const local = new LocalRuntime();
  install(local);
  return local;
}
