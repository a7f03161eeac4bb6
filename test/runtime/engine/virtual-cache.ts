import type { BackgroundWork } from '../../../lambda-runtime/engine/background-work.js';
import type { Loader } from '../../../lambda-runtime/engine/cache-parts.js';
import { Cache } from '../../../lambda-runtime/engine/cache.js';
import { Counters } from '../../../lambda-runtime/engine/counters.js';
import { Invalidations } from '../../../lambda-runtime/engine/invalidations.js';
import type { SharedStore } from '../../../lambda-runtime/engine/shared.js';
import { type CachedOptions, policyOf } from '../../../lambda-runtime/options.js';
import { MemoryTier } from '../../../lambda-runtime/tiers/memory.js';
import { Warnings } from '../../../lambda-runtime/warnings.js';

/** A call of the loader, which ends when the test says so. */
export interface OriginCall {
  readonly args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export const TTL = 1_000;

type Options = CachedOptions<(...args: never[]) => unknown> & {
  readonly maxBytes?: number;
  readonly shared?: SharedStore;
  /** Instead of the origin whose answers the test gives. */
  readonly loader?: Loader;
};

/** A cache on a virtual clock, before an origin whose every answer the test gives by hand. */
export class VirtualCache {
  public now = Date.UTC(2026, 0, 1);
  public readonly calls: OriginCall[] = [];
  public readonly warnings: string[] = [];
  public readonly counters = new Counters();
  /** Work for after the response, which nobody does here. */
  public readonly background: BackgroundWork[] = [];
  public readonly invalidations = new Invalidations();
  public readonly memory: MemoryTier;
  public readonly cache: Cache;

  public constructor({ maxBytes = 1_000_000, loader, shared, ...options }: Options = {}) {
    this.memory = new MemoryTier({ maxBytes });
    const policy = policyOf('product', { ttl: { milliseconds: TTL }, ...options });
    this.cache = new Cache('product', loader ?? ((...args: unknown[]) => this.callOrigin(args)), policy, {
      now: () => this.now,
      counters: () => this.counters,
      warnOnce: new Warnings((message) => this.warnings.push(message)).once,
      later: (work) => this.background.push(work) > 0,
      memory: this.memory,
      invalidations: this.invalidations,
      shared,
      keyPrefix: () => 'shop:product::',
    });
  }

  public get(...args: unknown[]): Promise<unknown> {
    return this.cache.get(args);
  }

  /** The fresh value in memory, and undefined where there is none. */
  public peeked(...args: unknown[]): unknown {
    return this.cache.peek(args)?.content.stored.value;
  }

  /** The origin call that has begun last. */
  public get lastCall(): OriginCall {
    return this.calls.at(-1)!;
  }

  /** Gets a value that is not cached yet. */
  public load(args: readonly unknown[], value: unknown): Promise<unknown> {
    const result = this.cache.get(args);
    this.lastCall.resolve(value);
    return result;
  }

  private callOrigin(args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.calls.push({ args, resolve, reject });
    });
  }
}

/** Waits until every promise that can be settled is: microtasks run before the event loop's next phase. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What became of a promise, without waiting for it. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown } | 'pending';

export function watch(promise: Promise<unknown>): { outcome: Outcome } {
  const watched: { outcome: Outcome } = { outcome: 'pending' };
  promise.then(
    (value) => {
      watched.outcome = { value };
    },
    (error: unknown) => {
      watched.outcome = { error };
    },
  );
  return watched;
}
