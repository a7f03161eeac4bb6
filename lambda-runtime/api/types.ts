import type { UserLoader } from './options.js';
import type { Scope } from '../engine/shared.js';

export type { Scope } from '../engine/shared.js';

/** An entry as it is now. */
export interface Peeked<T> {
  readonly value: T;
  /** When the load of the value began. */
  readonly storedAt: Date;
  /** Until when it is fresh. */
  readonly freshUntil: Date;
  /** Where it was found: this environment's memory, or the shared tier. */
  readonly scope: Scope;
}

/** The operations on a cache's entries; `A` is the arguments that identify an entry, `V` its value. */
export interface CacheOperations<A extends unknown[], V> {
  /** Returns the fresh entry if there is one. Never calls the loader, and counts no hit. */
  peek(...args: A): Promise<Peeked<V> | undefined>;
  /** Calls the loader now, even if an entry is fresh, and stores the result. Rejects with the loader's own error. */
  refresh(...args: A): Promise<V>;
  /** Removes the entry. A load that began before this does not store after it. */
  invalidate(...args: A): Promise<{ readonly scope: Scope }>;
  /** Invalidates all entries of this cache, at the same cost for any number of them. */
  invalidateAll(): Promise<{ readonly scope: Scope }>;
  /**
   * Stores a value as if the loader had just returned it, but without tags: invalidating a tag does not affect it. `stored` is
   * false if the value cannot be cached. The value is the last argument; optional arguments before it can be left out.
   */
  prime(...argsAndValue: WithValue<A, V>): Promise<{ readonly stored: boolean; readonly scope: Scope }>;
  /** Returns the whole key of a call, as it is in a shared tier; undefined if the arguments cannot be a key. */
  keyOf(...args: A): string | undefined;
}

/** An argument list followed by a value, with or without each of the optional arguments. */
export type WithValue<A extends unknown[], V, Before extends unknown[] = []> =
  A extends [infer First, ...infer Rest] ? WithValue<Rest, V, [...Before, First]>
    : A extends [] ? [...Before, V]
      : A[number][] extends A ? [...Before, ...A, V]
        : A extends [(infer First)?, ...infer Rest] ? [...Before, V] | WithValue<Rest, V, [...Before, First | undefined]> : never;

export type ValueOf<L extends UserLoader> = Awaited<ReturnType<L>>;

/** A loader with a cache in front of it: same arguments, same result, fewer calls to the origin. */
export interface Cached<L extends UserLoader> extends CacheOperations<Parameters<L>, ValueOf<L>> {
  (...args: Parameters<L>): Promise<ValueOf<L>>;
}

/** A loader of many values with a cache in front of it: only missing values are loaded, in batches. */
export interface CachedMany<K, V> extends CacheOperations<[id: K], V> {
  /** Returns the values in the order of the ids. Rejects with the first error; values that were loaded are cached anyway. */
  (ids: readonly K[]): Promise<V[]>;
  /** The same, with a result for each id, like `Promise.allSettled`. */
  settled(ids: readonly K[]): Promise<PromiseSettledResult<V>[]>;
}
