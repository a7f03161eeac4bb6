import { runtime } from './current-runtime.js';
import type { CachedManyOptions, CachedOptions, UserLoader } from './options.js';
import type { Cached, CachedMany } from './types.js';
import type { LoadMany } from '../engine/batch.js';
import type { LoadContext } from '../engine/load-context.js';
import type { Tag } from '../values/tags.js';

export { LoadTimeoutError, WriteOutcomeUnknownError } from '../values/errors.js';
export type { Cached, CachedMany, CacheOperations, Peeked, Scope } from './types.js';
export type { CacheOptions, CachedManyOptions, CachedOptions } from './options.js';
export type { Duration } from '../values/duration.js';
export type { CacheEvent } from '../engine/events.js';
export type { LoadContext, StaleEntry } from '../engine/load-context.js';
export type { Tag } from '../values/tags.js';

/**
 * Puts a cache in front of a function that reads the origin.
 *
 * ```ts
 * const product = cached('product', (id: string) => table.get(id));
 * export const handler = async (event) => product(event.pathParameters.id);
 * ```
 *
 * Outside Lambda, in unit tests and scripts, the same call caches in plain memory and writes no metrics.
 *
 * @param name The cache's name: explicit, so that it survives minification. It is the metrics' dimension, part of the
 *   keys, and the name for `addCachePolicy`. 1 to 64 letters, digits, `_`, `.` or `-`.
 * @param loader Reads the origin. It is called with the caller's arguments, once at a time for equal ones. Its errors reach every
 *   waiting caller unchanged, and are not cached. It should return plain data; any other value is returned unchanged and uncached.
 * @throws TypeError if the name, the loader or an option cannot be used; outside Lambda also if another cache has the name.
 */
export function cached<L extends UserLoader>(name: string, loader: L, options?: CachedOptions<L>): Cached<L> {
  return runtime().cached(name, loader, options, cached);
}

/**
 * Puts a cache in front of a function that reads many values at once: only missing values are loaded, in batches.
 *
 * ```ts
 * const products = cachedMany('product', (ids: readonly string[]) => table.getMany(ids));
 * const [one, two] = await products(['1', '2']);
 * ```
 *
 * @param name See `cached`.
 * @param loadMany Gets its own array of distinct ids, and returns the values in their order, or a Map by id. If it sorts the array in
 *   place, the values must be in that order. An Error among the values is the error of that id only.
 * @throws TypeError if the name, the loader or an option cannot be used.
 */
export function cachedMany<K, V>(
  name: string,
  loadMany: (ids: readonly K[]) => ManyValues<K, V> | Promise<ManyValues<K, V>>,
  options?: CachedManyOptions,
): CachedMany<K, V> {
  return runtime().cachedMany(name, loadMany as LoadMany, options, cachedMany);
}

/** The result of `cachedMany`'s loader: values in the order of the ids, or by id. */
export type ManyValues<K, V> = readonly (V | Error)[] | ReadonlyMap<K, V | Error>;

/**
 * Invalidates every entry, in all caches, that has one of the tags. Loaders set tags with `loadContext().tags`.
 *
 * The cost does not depend on the number of entries. A load that began before this does not store after it.
 *
 * @param tags strings, numbers (`42` and `'42'` are the same tag) or lists of them. Anything else is logged once and invalidates
 *   nothing; the scope is then `environment`.
 */
export async function invalidateTags(...tags: readonly (Tag | readonly Tag[])[]): Promise<{ readonly scope: 'environment' | 'fleet' }> {
  return runtime().invalidateTags(...tags);
}

/**
 * Returns the context of the running load: the `signal` that aborts it, the `stale` entry that it replaces, and the `ttl` and `tags`
 * of the new entry. Outside a load, if a loader is called directly, the context has no effect.
 */
export function loadContext(): LoadContext {
  return runtime().loadContext();
}
