import { type Duration, sumOf } from '../values/duration.js';
import { messageOf } from '../values/plain-data.js';
import type { Tag } from '../values/tags.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** The entry that a load replaces, for a conditional refresh. */
export interface StaleEntry {
  readonly value: unknown;
  readonly storedAt: Date;
  /** The `validator` that an earlier load set. */
  readonly validator: unknown;
}

/** The context of a load: what its loader can read and decide. */
export class LoadContext {
  /** The version of the value that the loader returns: an ETag, a Last-Modified, a version. The next load finds it in `stale`. */
  public validator: unknown;
  /** The value's tags, for `invalidateTags`: strings, or numbers, which equal their strings. A value with any other tag is not cached. */
  public tags: readonly Tag[] = [];

  /** @internal */
  public ttlMs?: number;
  /**
   * The reason why the value set as `ttl` is not a ttl.
   *
   * @internal
   */
  public ttlError?: string;
  /** @internal */
  public cacheable = true;
  /** @internal */
  public renewed = false;
  /**
   * The value is only for the caller: it is neither stored nor shared, and the stored entry stays.
   *
   * @internal
   */
  public unshared = false;
  /**
   * The reason why the load was aborted, if it was.
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
  /** Created when the signal is first read, since most loaders never read it. */
  private controller?: AbortController;

  public constructor(
    /** The entry that the load replaces, if it may still be used. */
    public readonly stale?: StaleEntry,
  ) {
    this.validator = stale?.validator;
  }

  /** Aborted when no caller waits for the loader any more: after its hard timeout, or when the time for background work is up. */
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
   * How long this value is fresh, instead of the cache's ttl; undefined: the cache's. With zero or less, the value is not cached. Nor is it
   * if this is not a duration, which is logged once.
   */
  public set ttl(duration: Duration | undefined) {
    this.ttlMs = this.ttlError = undefined;
    if (duration !== undefined) {
      try {
        this.ttlMs = sumOf(duration, 'loadContext().ttl');
      } catch (error) {
        this.ttlError = messageOf(error);
      }
    }
  }

  /** Keeps this value from being cached; the callers that wait for it get it. */
  public doNotCache(): void {
    this.cacheable = false;
  }

  /**
   * Renews the stale entry: return this from the loader when the origin answers that the stale value is still current.
   *
   * @throws Error if there is no stale value
   */
  public notModified<T>(): T {
    if (this.stale === undefined) {
      throw new Error('loadContext().notModified() needs a stale value, but there is none: check loadContext().stale first.');
    }
    this.renewed = true;
    return this.stale.value as T;
  }

  /**
   * Takes over the decisions of a batch's loader, which apply to all its values.
   *
   * @internal
   */
  public copyFrom({ ttlMs, ttlError, tags, cacheable }: LoadContext): void {
    Object.assign(this, { ttlMs, ttlError, tags, cacheable });
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
 * The context of the running load. Outside a load, if a loader is called directly, the context has no effect.
 */
export function loadContext(): LoadContext {
  return contexts.getStore() ?? new LoadContext();
}

export function runInContext<T>(context: LoadContext, load: () => T): T {
  return contexts.run(context, load);
}
