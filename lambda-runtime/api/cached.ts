import type { UserLoader } from './options.js';
import type { Cached, CachedMany, CacheOperations, ValueOf } from './types.js';
import { uncachedOperations } from './uncached.js';
import type { Batch } from '../engine/batch.js';
import type { Loader } from '../engine/cache-deps.js';
import type { Cache } from '../engine/cache.js';
import { isObject } from '../engine/call.js';
import { type CallResults, callForEach } from '../engine/many-calls.js';
import type { Unanswered } from '../engine/many-lookups.js';
import { argumentsOf } from '../values/arguments.js';

export interface CacheDispatch {
  /** How a call gets its value: `get`, or as the operator's mode requires. */
  readonly call: (args: readonly unknown[], loader?: Loader) => Promise<unknown>;
  /** If calls look in memory first: returns the fresh values there, and the places of all other ids. */
  readonly getFresh?: (ids: readonly unknown[], values: unknown[]) => number[] | undefined;
  /** Present with a shared tier: reads many ids from it in one request. See `Cache.getShared`. */
  readonly getShared?: (ids: readonly unknown[], places: readonly number[], values: unknown[]) => Promise<readonly Unanswered[]>;
  /** Whether the cache has no entries. */
  readonly off: boolean;
  /** Called before any operation on its entries. */
  readonly beforeUse?: () => void;
}

const NO_ERRORS: ReadonlyMap<number, unknown> = new Map();

/** Turns a cache into the function that handlers call. */
export function cachedFunction<L extends UserLoader>(cache: Cache, loader: L, dispatch: CacheDispatch): Cached<L> {
  const { call } = dispatch;
  const get = (...args: Parameters<L>) => call(argumentsOf(args)) as Promise<ValueOf<L>>;
  Object.defineProperty(get, 'name', { value: loader.name || cache.name });
  return Object.assign(get, operations<Parameters<L>, ValueOf<L>>(cache, dispatch));
}

/** The same for a cache whose loader reads many values. */
export function cachedManyFunction<K, V>(cache: Cache, newBatch: () => Batch, dispatch: CacheDispatch): CachedMany<K, V> {
  const all = async (ids: readonly K[]): Promise<CallResults<V>> => {
    // A text would be its characters, and a map its pairs.
    if (typeof (ids as Partial<readonly K[]> | null | undefined)?.[Symbol.iterator] !== 'function' || typeof ids === 'string' || (ids as unknown) instanceof Map) {
      throw new TypeError(`The ids for cachedMany('${cache.name}') must be an array, not ${typeof ids === 'string' ? JSON.stringify(ids) : String(ids)}.`);
    }
    const own = [...ids];
    const values = new Array<V>(own.length);
    const places = dispatch.getFresh?.(own, values) ?? own.map((_, place) => place);
    if (places.length === 0) {
      return { values, errors: NO_ERRORS };
    }
    const unanswered = dispatch.getShared !== undefined && places.every((place) => !isObject(own[place]))
      ? await dispatch.getShared(own, places, values)
      : places.map((place): Unanswered => ({ place }));
    if (unanswered.length === 0) {
      return { values, errors: NO_ERRORS };
    }
    const batch = newBatch();
    const load = Object.assign((id: unknown) => batch.load(id), { batchIds: own } satisfies Pick<Loader, 'batchIds'>);
    const answers = await callForEach(unanswered.map(({ place }) => own[place]), batch, (id, index) => {
      const { tierAnswer } = unanswered[index];
      const args = argumentsOf([id]);
      return (tierAnswer === undefined ? dispatch.call(args, load) : cache.getAfter(tierAnswer, args, load)) as Promise<V>;
    });
    answers.values.forEach((value, index) => {
      values[unanswered[index].place] = value;
    });
    return { values, errors: new Map([...answers.errors].map(([index, error]) => [unanswered[index].place, error])) };
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
    // Array.from, since a failed call leaves a hole.
    return Array.from(values, (value, index): PromiseSettledResult<V> =>
      errors.has(index) ? { status: 'rejected', reason: errors.get(index) } : { status: 'fulfilled', value });
  };
  return Object.assign(get, { settled }, operations<[K], V>(cache, dispatch));
}

function operations<A extends unknown[], V>(cache: Cache, { call, off, beforeUse }: CacheDispatch): CacheOperations<A, V> {
  if (off) {
    return uncachedOperations((...args) => call(args)) as CacheOperations<A, V>;
  }
  return {
    async peek(...given) {
      beforeUse?.();
      const args = argumentsOf(given);
      if (cache.isCoherent) {
        await cache.ready();
      }
      const inMemory = cache.peek(args);
      if (inMemory === undefined) {
        await cache.readShared(args);
      }
      const entry = inMemory ?? cache.peek(args);
      return entry && {
        value: cache.toCaller(entry.content) as V,
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
      return key === undefined ? undefined : cache.keys.toSharedKey(key);
    },
  };
}
