import { AsyncLocalStorage } from 'node:async_hooks';
import { UniqueNames } from './definitions.js';
import { Runtime } from './environment-runtime.js';
import type { InstalledRuntime } from './installed.js';
import type { UserLoader } from './options.js';
import type { CacheOperations } from './types.js';
import type { ManualCacheInUse } from '../engine/manual-cache.js';
import { Background } from '../lambda/background.js';

/** Nothing freezes outside Lambda, but a refresh that never ends must still be ended. */
const BACKGROUND_MS = 5_000;

type Callable = (...args: never[]) => unknown;
type Operations = Callable & CacheOperations<unknown[], unknown> & { settled?: Callable };

/**
 * The runtime outside Lambda: in unit tests and scripts. It has plain memory and no metrics. For tests, entries can be removed or
 * isolated while the functions that use them stay, and the clock can be set.
 */
export class LocalRuntime implements InstalledRuntime {
  /** Looked up for each call, since tests replace it by fake timers. */
  public now: () => number = () => Date.now();
  private shared = this.newRuntime();
  private readonly isolated = new AsyncLocalStorage<Runtime>();
  private readonly names = new UniqueNames();
  /** Caches that are defined in isolation exist only there. */
  private readonly isolatedNames = new WeakMap<Runtime, UniqueNames>();

  public readonly cached: Runtime['cached'] = (name, loader, options, calledAs = this.cached) =>
    this.define(name, calledAs, (runtime) => runtime.cached(name, loader, options) as never) as never;

  public readonly cachedMany: Runtime['cachedMany'] = (name, loadMany, options, calledAs = this.cachedMany) =>
    this.define(name, calledAs, (runtime) => runtime.cachedMany(name, loadMany, options) as never) as never;

  public readonly manualCache: Runtime['manualCache'] = (name, calledAs) => {
    const remember = (this.isolatedNames.get(this.current) ?? this.names).check(name, calledAs);
    const defined = new WeakMap<Runtime, ManualCacheInUse>();
    const here = () => {
      const runtime = this.current;
      const cache = defined.get(runtime) ?? runtime.manualCache(name, calledAs);
      defined.set(runtime, cache);
      return cache;
    };
    const { mode } = here();
    remember();
    return { current: () => here().current(), mode };
  };

  public readonly invalidateTags: Runtime['invalidateTags'] = (...tags) => this.current.invalidateTags(...tags);

  public loadContext(): ReturnType<Runtime['loadContext']> {
    return this.current.loadContext();
  }

  /** Removes all entries, as in a new environment. */
  public reset(): void {
    this.shared = this.newRuntime();
  }

  /** Runs something with its own entries. */
  public isolate<T>(run: () => T): T {
    const runtime = this.newRuntime();
    this.isolatedNames.set(runtime, new UniqueNames());
    return this.isolated.run(runtime, run);
  }

  private get current(): Runtime {
    return this.isolated.getStore() ?? this.shared;
  }

  private define(name: string, calledAs: UserLoader, define: (runtime: Runtime) => Operations): Operations {
    const remember = (this.isolatedNames.get(this.current) ?? this.names).check(name, calledAs);
    const defined = this.follow(define);
    remember();
    return defined;
  }

  /** A function that looks up the current runtime for each call, and defines its cache there if necessary. */
  private follow(define: (runtime: Runtime) => Operations): Operations {
    const defined = new WeakMap<Runtime, Operations>();
    const here = () => {
      const runtime = this.current;
      let operations = defined.get(runtime);
      if (operations === undefined) {
        operations = define(runtime);
        defined.set(runtime, operations);
      }
      return operations;
    };
    // Bad options fail at the definition, not at the first call.
    const first = here();
    const follower = (...args: never[]) => here()(...args);
    Object.defineProperty(follower, 'name', { value: first.name });
    for (const name of Object.keys(first) as (keyof CacheOperations<unknown[], unknown>)[]) {
      Object.assign(follower, { [name]: (...args: never[]) => (here()[name] as Callable)(...args) });
    }
    return follower as Operations;
  }

  private newRuntime(): Runtime {
    const background = new Background();
    return new Runtime({
      environment: process.env,
      now: () => this.now(),
      tierAccessOf: () => 'all',
      runAfterResponse: (work) => {
        setImmediate(() => background.runAll(BACKGROUND_MS));
        return background.add(work);
      },
    });
  }
}
