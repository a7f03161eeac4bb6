import type { CacheParts, Loader } from '../../lambda-runtime/engine/cache-parts.js';
import { Cache } from '../../lambda-runtime/engine/cache.js';
import { Counters } from '../../lambda-runtime/engine/counters.js';
import type { EntryStore } from '../../lambda-runtime/engine/entry.js';
import { Invalidations } from '../../lambda-runtime/engine/invalidations.js';
import { type LoadContext, loadContext } from '../../lambda-runtime/engine/load-context.js';
import { Background } from '../../lambda-runtime/lifecycle/background.js';
import { type CachedOptions, policyOf, type UserLoader } from '../../lambda-runtime/options.js';
import { MemoryTier } from '../../lambda-runtime/tiers/memory.js';
import { Warnings } from '../../lambda-runtime/warnings.js';

/** A call of the loader, which ends when the test says so. */
export interface OriginCall {
  readonly args: readonly unknown[];
  /** What the loader sees, and may change, as long as the call goes on. */
  readonly context: LoadContext;
  /** Ends the call, and waits until everybody knows. */
  resolve(value: unknown): Promise<void>;
  reject(error: unknown): Promise<void>;
}

type Options = CachedOptions<UserLoader> & { readonly maxBytes?: number; readonly loader?: Loader };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** A cache on a virtual wall clock, its background work, and an origin whose every answer the test gives by hand. */
export class Scene {
  public now = Date.UTC(2026, 0, 1);
  /** Until the invocation under way is ended; undefined where nothing ends it. */
  public remainingMs?: number;
  public readonly calls: OriginCall[] = [];
  public readonly warnings: string[] = [];
  public readonly warnOnce = new Warnings((message) => this.warnings.push(message)).once;
  public readonly counters = new Counters();
  public readonly background = new Background();
  public readonly invalidations = new Invalidations();
  public readonly memory: EntryStore & { readonly size: number };
  public readonly cache: Cache;

  public constructor({ maxBytes = 10_000_000, loader, ...options }: Options = {}) {
    this.memory = new MemoryTier({ maxBytes });
    this.cache = this.newCache('product', options, loader);
  }

  /** Another cache in the same environment. */
  public newCache(name: string, options: CachedOptions<UserLoader> = {}, loader: Loader = (...args: unknown[]) => this.callOrigin(args)): Cache {
    return new Cache(name, loader, policyOf(name, { ttl: { minutes: 1 }, ...options }), this.parts());
  }

  protected parts(): CacheParts {
    return {
      now: () => this.now,
      counters: () => this.counters,
      warnOnce: this.warnOnce,
      later: (work) => this.background.add(work),
      memory: this.memory,
      invalidations: this.invalidations,
      keyPrefix: () => '',
      remainingMs: () => this.remainingMs,
    };
  }

  public get(...args: unknown[]): Promise<unknown> {
    return this.cache.get(args);
  }

  /** The call of the origin that has begun last. */
  public get lastCall(): OriginCall {
    return this.calls.at(-1)!;
  }

  /** Makes the cache hold a value. */
  public async load(key: string, value: unknown, decide: (context: LoadContext) => void = () => {}): Promise<unknown> {
    const result = this.get(key);
    decide(this.lastCall.context);
    await this.lastCall.resolve(value);
    return result;
  }

  /** Begins what was put off until the response is out. */
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

/** Waits until every promise that can be settled is: microtasks run before the event loop's next phase. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Only what the engine times: the rest of Node.js goes on. */
export function fakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['Date', 'performance', 'setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'hrtime'] });
}

/** Lets timers fire, and what follows from them happen. */
export async function elapse(milliseconds: number): Promise<void> {
  jest.advanceTimersByTime(milliseconds);
  await settled();
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown } | 'pending';

/** What became of a promise so far. */
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
