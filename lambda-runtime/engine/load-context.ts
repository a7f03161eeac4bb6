import { type Duration, sumOf } from './duration.js';
import { messageOf } from './kind.js';
import type { Tag } from './tags.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** The entry that a load is to replace, for a conditional refresh. */
export interface StaleEntry {
  readonly value: unknown;
  readonly storedAt: Date;
  /** What an earlier load set as `validator`. */
  readonly validator: unknown;
}

/** What a loader may ask and decide while it runs. */
export class LoadContext {
  /** Which version of the value the loader returns: an ETag, a Last-Modified, a version. The next load finds it in `stale`. */
  public validator: unknown;
  /** Invalidated together by `invalidateTags`. A number is the same tag as its text. A value with anything else among its tags is not cached. */
  public tags: readonly Tag[] = [];

  /** @internal */
  public ttlMs?: number;
  /**
   * Why what was set as the ttl cannot be one.
   *
   * @internal
   */
  public ttlMistake?: string;
  /** @internal */
  public cacheable = true;
  /** @internal */
  public renewed = false;
  /**
   * Why nobody waits for the loader any more, if that is so.
   *
   * @internal
   */
  public abortReason?: Error;
  /**
   * Called when that happens.
   *
   * @internal
   */
  public onAbort?: (reason: Error) => void;
  /** Made when somebody asks for the signal: most loaders do not. */
  private controller?: AbortController;

  public constructor(
    /** The entry to be replaced, if it may still be used. */
    public readonly stale?: StaleEntry,
  ) {
    this.validator = stale?.validator;
  }

  /** Aborted when nobody waits for the loader any more: its hard time-out, or the end of the time for background work. */
  public get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abortReason !== undefined) {
        this.controller.abort(this.abortReason);
      }
    }
    return this.controller.signal;
  }

  /**
   * How long this value is fresh, instead of the cache's ttl; undefined: the cache's. With zero or less it is not cached. Nor is it with
   * anything that is no duration, which is logged once.
   */
  public set ttl(duration: Duration | undefined) {
    this.ttlMs = this.ttlMistake = undefined;
    if (duration !== undefined) {
      try {
        this.ttlMs = sumOf(duration, 'loadContext().ttl');
      } catch (error) {
        this.ttlMistake = messageOf(error);
      }
    }
  }

  /** This value goes to the callers that wait for it, and is not cached. */
  public doNotCache(): void {
    this.cacheable = false;
  }

  /**
   * The origin says that the stale value is still the current one: return this from the loader, and the entry is renewed.
   *
   * @throws Error if there is no stale value
   */
  public notModified<T>(): T {
    if (this.stale === undefined) {
      throw new Error('loadContext().notModified() needs a stale value, and there is none: check loadContext().stale first.');
    }
    this.renewed = true;
    return this.stale.value as T;
  }

  /**
   * Takes over what the loader of a batch decided for all its values.
   *
   * @internal
   */
  public take({ ttlMs, ttlMistake, tags, cacheable }: LoadContext): void {
    Object.assign(this, { ttlMs, ttlMistake, tags, cacheable });
  }

  /** @internal */
  public abort(reason: Error): void {
    this.abortReason = reason;
    this.controller?.abort(reason);
    this.onAbort?.(reason);
  }
}

const contexts = new AsyncLocalStorage<LoadContext>();

/**
 * The context of the load under way. Outside one, where a loader is called directly, a context that nobody reads.
 */
export function loadContext(): LoadContext {
  return contexts.getStore() ?? new LoadContext();
}

export function runInContext<T>(context: LoadContext, load: () => T): T {
  return contexts.run(context, load);
}
