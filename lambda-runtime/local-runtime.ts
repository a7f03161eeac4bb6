import { AsyncLocalStorage } from 'node:async_hooks';
import type { CacheOperations } from './cached.js';
import { UniqueNames } from './definitions.js';
import type { InstalledRuntime } from './installed.js';
import { Background } from './lifecycle/background.js';
import type { UserLoader } from './options.js';
import { Runtime } from './runtime.js';

/** Nothing freezes outside Lambda; a refresh that never ends is ended all the same. */
const BACKGROUND_MS = 5_000;

type Callable = (...args: never[]) => unknown;
type Operations = Callable & CacheOperations<unknown[], unknown> & { settled?: Callable };

/**
 * The runtime outside Lambda: in unit tests and scripts. Plain memory, no metrics, and what tests need: entries that can be
 * forgotten or kept apart while the functions that use them stay, and a clock that can be set.
 */
export class LocalRuntime implements InstalledRuntime {
  /** Looked up for each call: tests put fake timers in its place. */
  public now: () => number = () => Date.now();
  private shared = this.newRuntime();
  private readonly isolated = new AsyncLocalStorage<Runtime>();
  private readonly names = new UniqueNames();
  /** What is defined in isolation is there alone. */
  private readonly isolatedNames = new WeakMap<Runtime, UniqueNames>();

  public readonly cached: Runtime['cached'] = (name, loader, options, calledAs = this.cached) =>
    this.define(name, calledAs, (runtime) => runtime.cached(name, loader, options) as never) as never;

  public readonly cachedMany: Runtime['cachedMany'] = (name, loadMany, options, calledAs = this.cachedMany) =>
    this.define(name, calledAs, (runtime) => runtime.cachedMany(name, loadMany, options) as never) as never;

  public readonly invalidateTags: Runtime['invalidateTags'] = (...tags) => this.current.invalidateTags(...tags);

  public loadContext(): ReturnType<Runtime['loadContext']> {
    return this.current.loadContext();
  }

  /** Forgets all entries, as a new environment has none. */
  public reset(): void {
    this.shared = this.newRuntime();
  }

  /** Runs something with entries of its own. */
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

  /** A function that looks each time which runtime is the current one, and defines its cache there if need be. */
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
    // Bad options fail where they are written, not at the first call.
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
      useOf: () => 'everything',
      later: (work) => {
        setImmediate(() => background.go(BACKGROUND_MS));
        return background.add(work);
      },
    });
  }
}
