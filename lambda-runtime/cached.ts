import type { Cache } from './engine/cache.js';
import type { Duration } from './engine/duration.js';
import { keyText } from './engine/key.js';

/** A function that reads the origin: the source of truth, which the cache never replaces. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type UserLoader = (...args: any[]) => unknown;

export interface CachedOptions<L extends UserLoader> {
  /**
   * How long an entry is fresh.
   *
   * @default the construct's `caching.ttl`, which also wins over this; else 5 minutes
   */
  readonly ttl?: Duration;
  /**
   * What identifies a call, as plain data.
   *
   * @default all arguments, by content
   */
  readonly key?: (...args: Parameters<L>) => unknown;
  /**
   * Every caller gets a copy of its own that it may change. Costs a copy for every hit.
   *
   * @default false - callers share one frozen value, and changing it throws
   */
  readonly mutable?: boolean;
  /**
   * Change this when the shape of the values changes: entries of other versions are never read.
   *
   * @default '' - the construct's `caching.valueVersion` wins over this
   */
  readonly valueVersion?: string;
}

/** Whom an operation reached: this environment's memory, or the shared tier and so all environments. */
export type Scope = 'environment' | 'fleet';

/** An entry as it is now. */
export interface Peeked<T> {
  readonly value: T;
  /** When the load of the value began. */
  readonly storedAt: Date;
  /** Until when it is fresh. */
  readonly freshUntil: Date;
  readonly scope: Scope;
}

/** A loader with a cache before it: same arguments, same result, fewer calls of the origin. */
export interface Cached<L extends UserLoader> {
  (...args: Parameters<L>): Promise<Awaited<ReturnType<L>>>;
  /** The fresh entry if there is one. Never calls the loader, and counts nothing. */
  peek(...args: Parameters<L>): Promise<Peeked<Awaited<ReturnType<L>>> | undefined>;
  /** Calls the loader now, whatever is cached, and stores what it returns. Rejects with the loader's own error. */
  refresh(...args: Parameters<L>): Promise<Awaited<ReturnType<L>>>;
  /** Forgets the entry. A load that began before this does not store after it. */
  invalidate(...args: Parameters<L>): Promise<{ readonly scope: Scope }>;
  /** Stores a value as if the loader had just returned it. `stored` is false if it cannot be cached. */
  prime(...argsAndValue: [...Parameters<L>, Awaited<ReturnType<L>>]): Promise<{ readonly stored: boolean; readonly scope: Scope }>;
  /** The whole key of a call, as a shared tier has it. Undefined if the arguments cannot be a key. */
  keyOf(...args: Parameters<L>): string | undefined;
}

/** Gives a cache the shape that handlers use. */
export function cachedFunction<L extends UserLoader>(
  cache: Cache,
  loader: L,
  { keyPrefix, off }: { readonly keyPrefix: string; readonly off: boolean },
): Cached<L> {
  type Value = Awaited<ReturnType<L>>;
  const call = off
    ? (...args: Parameters<L>) => cache.bypass(args) as Promise<Value>
    : (...args: Parameters<L>) => cache.get(args) as Promise<Value>;
  const operations: Omit<Cached<L>, never> = {
    async peek(...args: Parameters<L>) {
      const entry = cache.peek(args);
      return entry && {
        value: cache.handOut(entry.stored) as Value,
        storedAt: new Date(entry.storedAt),
        freshUntil: new Date(entry.freshUntil),
        scope: 'environment',
      };
    },
    refresh: (...args: Parameters<L>) => cache.refresh(args) as Promise<Value>,
    async invalidate(...args: Parameters<L>) {
      cache.invalidate(args);
      return { scope: 'environment' };
    },
    async prime(...argsAndValue: [...Parameters<L>, Value]) {
      return { stored: cache.prime(argsAndValue.slice(0, -1), argsAndValue.at(-1)), scope: 'environment' };
    },
    keyOf(...args: Parameters<L>) {
      const key = cache.keyOf(args);
      return key === undefined ? undefined : keyPrefix + keyText(key);
    },
  };
  Object.defineProperty(call, 'name', { value: loader.name || cache.name });
  return Object.assign(call, operations);
}
