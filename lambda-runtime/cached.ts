import { argumentsOf } from './engine/arguments.js';
import type { Batch } from './engine/batch.js';
import type { Loader } from './engine/cache-parts.js';
import type { Cache } from './engine/cache.js';
import { callForEach } from './engine/many-calls.js';
import type { Scope } from './engine/shared.js';
import type { UserLoader } from './options.js';
import { uncachedOperations } from './uncached.js';

export type { Scope } from './engine/shared.js';

/** An entry as it is now. */
export interface Peeked<T> {
  readonly value: T;
  /** When the load of the value began. */
  readonly storedAt: Date;
  /** Until when it is fresh. */
  readonly freshUntil: Date;
  /** Where it was found: in this environment's memory, or in the shared tier. */
  readonly scope: Scope;
}

/** What can be done with the entries of a cache; `A` is what identifies one, `V` what it holds. */
export interface CacheOperations<A extends unknown[], V> {
  /** The fresh entry if there is one. Never calls the loader, and counts no hit. */
  peek(...args: A): Promise<Peeked<V> | undefined>;
  /** Calls the loader now, whatever is cached, and stores what it returns. Rejects with the loader's own error. */
  refresh(...args: A): Promise<V>;
  /** Forgets the entry. A load that began before this does not store after it. */
  invalidate(...args: A): Promise<{ readonly scope: Scope }>;
  /** Forgets all entries of this cache, whatever their number at the same cost. */
  invalidateAll(): Promise<{ readonly scope: Scope }>;
  /**
   * Stores a value as if the loader had just returned it, but without tags: invalidating a tag does not reach it. `stored` is
   * false if it cannot be cached. The value is the last argument; optional arguments before it can be left out.
   */
  prime(...argsAndValue: WithValue<A, V>): Promise<{ readonly stored: boolean; readonly scope: Scope }>;
  /** The whole key of a call, as a shared tier has it. Undefined if the arguments cannot be a key. */
  keyOf(...args: A): string | undefined;
}

/** An argument list with a value behind it, with or without each of the optional arguments. */
export type WithValue<A extends unknown[], V, Before extends unknown[] = []> =
  A extends [infer First, ...infer Rest] ? WithValue<Rest, V, [...Before, First]>
    : A extends [] ? [...Before, V]
      : A[number][] extends A ? [...Before, ...A, V]
        : A extends [(infer First)?, ...infer Rest] ? [...Before, V] | WithValue<Rest, V, [...Before, First | undefined]> : never;

type ValueOf<L extends UserLoader> = Awaited<ReturnType<L>>;

/** A loader with a cache before it: same arguments, same result, fewer calls of the origin. */
export interface Cached<L extends UserLoader> extends CacheOperations<Parameters<L>, ValueOf<L>> {
  (...args: Parameters<L>): Promise<ValueOf<L>>;
}

/** A loader of many values with a cache before it: only what is missing is loaded, in batches. */
export interface CachedMany<K, V> extends CacheOperations<[id: K], V> {
  /** The values in the order of the ids. Rejects with the first error there is; the values that were loaded are cached all the same. */
  (ids: readonly K[]): Promise<V[]>;
  /** The same, and what failed says so itself. */
  settled(ids: readonly K[]): Promise<PromiseSettledResult<V>[]>;
}

export interface Shape {
  /** How a call looks a value up: `get`, or what the operator's mode says. */
  readonly call: (args: readonly unknown[], loader?: Loader) => Promise<unknown>;
  /** Whether there are no entries to do anything with. */
  readonly off: boolean;
  /** Called before anything is done with its entries. */
  readonly beforeUse?: () => void;
}

/** Gives a cache the shape that handlers use. */
export function cachedFunction<L extends UserLoader>(cache: Cache, loader: L, shape: Shape): Cached<L> {
  const { call } = shape;
  const get = (...args: Parameters<L>) => call(argumentsOf(args)) as Promise<ValueOf<L>>;
  Object.defineProperty(get, 'name', { value: loader.name || cache.name });
  return Object.assign(get, operations<Parameters<L>, ValueOf<L>>(cache, shape));
}

/** The same for a cache whose loader reads many values. */
export function cachedManyFunction<K, V>(cache: Cache, newBatch: () => Batch, shape: Shape): CachedMany<K, V> {
  const all = (ids: readonly K[]) => {
    const own = [...ids];
    const batch = newBatch();
    const load = Object.assign((id: unknown) => batch.load(id), { others: own });
    return callForEach(own, batch, (id) => shape.call(argumentsOf([id]), load) as Promise<V>);
  };
  const get = async (ids: readonly K[]) => {
    const { values, errors } = await all(ids);
    if (errors.size > 0) {
      throw errors.get([...errors.keys()].reduce((first, index) => Math.min(first, index)));
    }
    return values;
  };
  const settled = async (ids: readonly K[]) => {
    const { values, errors } = await all(ids);
    // Array.from: where a call failed there is a hole.
    return Array.from(values, (value, index): PromiseSettledResult<V> =>
      errors.has(index) ? { status: 'rejected', reason: errors.get(index) } : { status: 'fulfilled', value });
  };
  return Object.assign(get, { settled }, operations<[K], V>(cache, shape));
}

function operations<A extends unknown[], V>(cache: Cache, { call, off, beforeUse }: Shape): CacheOperations<A, V> {
  if (off) {
    return uncachedOperations((...args) => call(args)) as CacheOperations<A, V>;
  }
  return {
    async peek(...given) {
      beforeUse?.();
      const args = argumentsOf(given);
      const inMemory = cache.peek(args);
      if (inMemory === undefined) {
        await cache.look(args);
      }
      const entry = inMemory ?? cache.peek(args);
      return entry && {
        value: cache.handOut(entry.content) as V,
        storedAt: new Date(entry.storedAt),
        freshUntil: new Date(entry.freshUntil),
        scope: inMemory === undefined ? 'fleet' : 'environment',
      };
    },
    refresh: (...args) => {
      beforeUse?.();
      return cache.refresh(argumentsOf(args)) as Promise<V>;
    },
    async invalidate(...args) {
      return { scope: await cache.changes.invalidate(argumentsOf(args)) };
    },
    async invalidateAll() {
      return { scope: await cache.changes.invalidateAll() };
    },
    async prime(...argsAndValue: unknown[]) {
      beforeUse?.();
      return cache.changes.prime(argumentsOf(argsAndValue.slice(0, -1)), argsAndValue.at(-1));
    },
    keyOf: (...args) => {
      const key = cache.keys.of(argumentsOf(args));
      return key === undefined ? undefined : cache.keys.whole(key);
    },
  };
}
