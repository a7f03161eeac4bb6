import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';
import { policyOf } from '../../lambda-runtime/api/policy-of.js';
import type { BackgroundWork } from '../../lambda-runtime/engine/background-work.js';
import type { CacheDeps, Loader } from '../../lambda-runtime/engine/cache-deps.js';
import { Cache } from '../../lambda-runtime/engine/cache.js';
import { Counters } from '../../lambda-runtime/engine/counters.js';
import { Invalidations } from '../../lambda-runtime/engine/invalidations.js';
import { type LoadContext, loadContext } from '../../lambda-runtime/engine/load-context.js';
import { Warnings } from '../../lambda-runtime/engine/warnings.js';
import { Background } from '../../lambda-runtime/lambda/background.js';
import type { EvictionPolicy } from '../../lambda-runtime/memory/memory-store.js';
import { MemoryTier } from '../../lambda-runtime/memory/memory-tier.js';
import type { SharedStore } from '../../lambda-runtime/shared/shared-store.js';

/** A loader call, which the test ends. */
export interface OriginCall {
  readonly args: readonly unknown[];
  /** The loader's context during the call. */
  readonly context: LoadContext;
  /** Ends the call, and waits until all promises have settled. */
  resolve(value: unknown): PromiseLike<void>;
  reject(error: unknown): PromiseLike<void>;
}

type Options = CachedOptions<UserLoader> & {
  readonly maxBytes?: number;
  readonly eviction?: EvictionPolicy;
  readonly shared?: SharedStore;
  /** Replaces the origin whose answers the test gives. */
  readonly loader?: Loader;
};

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** How long entries are fresh, unless the test sets that. */
export const TTL = MINUTE;

/** A cache on a virtual wall clock, its background work, and an origin whose answers the test gives explicitly. */
export class CacheFixture {
  public now = Date.UTC(2026, 0, 1);
  /** How often the clock was read. */
  public readings = 0;
  /** See CacheDeps. */
  public readonly clockBound = { latestMs: Infinity };
  /** The current invocation's remaining time; undefined if it has no limit. */
  public remainingMs?: number;
  public readonly calls: OriginCall[] = [];
  public readonly warnings: string[] = [];
  public readonly warnOnce = new Warnings((message) => this.warnings.push(message)).warnOnce;
  public readonly counters = new Counters();
  /** The deferred work, done or not. */
  public readonly queued: BackgroundWork[] = [];
  public readonly background = new Background();
  public readonly invalidations = new Invalidations();
  public readonly memory: MemoryTier;
  public readonly cache: Cache;
  private readonly shared?: SharedStore;

  public constructor({ maxBytes = 10_000_000, eviction, shared, loader, ...options }: Options = {}) {
    this.memory = new MemoryTier({ maxBytes, eviction });
    this.shared = shared;
    this.cache = this.newCache('product', options, loader);
  }

  /** Another cache in the same environment. */
  public newCache(name: string, options: CachedOptions<UserLoader> = {}, loader: Loader = (...args: unknown[]) => this.callOrigin(args)): Cache {
    return new Cache(name, loader, policyOf(name, { ttl: { milliseconds: TTL }, ...options }), this.deps());
  }

  protected deps(): CacheDeps {
    return {
      now: () => {
        this.readings++;
        return this.now;
      },
      clockBound: this.clockBound,
      counters: () => this.counters,
      invocation: () => this,
      warnOnce: this.warnOnce,
      runAfterResponse: (work) => this.queued.push(work) > 0 && this.background.add(work),
      memory: this.memory,
      invalidations: this.invalidations,
      shared: this.shared,
      keyPrefix: () => 'shop:product::',
      remainingMs: () => this.remainingMs,
    };
  }

  public get(...args: unknown[]): Promise<unknown> {
    return this.cache.get(args);
  }

  /** The fresh value in memory, if there is one. */
  public peeked(...args: unknown[]): unknown {
    return this.cache.peek(args)?.content.stored.value;
  }

  /** The origin call that began last. */
  public get lastCall(): OriginCall {
    return this.calls.at(-1)!;
  }

  /** Puts a value into the cache. */
  public async load(key: unknown, value: unknown, decide: (context: LoadContext) => void = () => {}): Promise<unknown> {
    const result = this.get(key);
    decide(this.lastCall.context);
    await this.lastCall.resolve(value);
    return result;
  }

  /** Starts the deferred work. */
  public async afterResponse(milliseconds = 5 * SECOND): Promise<{ readonly finished: Promise<void> }> {
    const finished = this.background.finish(milliseconds);
    await settled();
    return { finished };
  }

  private callOrigin(args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.calls.push({
        args,
        context: loadContext(),
        resolve: (value) => {
          resolve(value);
          return settled();
        },
        reject: (error) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(error);
          return settled();
        },
      });
    });
  }
}

/** Waits until every promise that can settle has: microtasks run before the event loop's next phase. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Fakes only the timers that the engine uses. */
export function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['Date', 'performance', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'hrtime'] });
}

/** Lets timers fire, and waits for their effects. */
export async function elapse(milliseconds: number): Promise<void> {
  jest.advanceTimersByTime(milliseconds);
  await settled();
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown } | 'pending';

/** The current state of a promise. */
export function watch(promise: Promise<unknown>): { readonly outcome: Outcome } {
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
