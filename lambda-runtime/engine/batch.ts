import { LoadContext, loadContext, runInContext } from './load-context.js';

/** Reads many values at once: returns them in the order of the ids, with an Error for each that failed, or as a map by id. */
export type LoadMany = (ids: never[]) => unknown;

interface PendingLoad {
  readonly id: unknown;
  readonly context: LoadContext;
  readonly deferred: PromiseWithResolvers<unknown>;
}

/** The loader and options of all batches of one cache. */
export interface BatchLoader {
  readonly cacheName: string;
  readonly loadMany: LoadMany;
  readonly batchSize: number;
  /** Calls the origin, and counts the call. */
  readonly measured: (load: () => unknown) => Promise<unknown>;
}

/**
 * Turns a loader of many values into a loader of single ones: values that one call needs in the same tick are loaded together. So
 * everything about single values (one load per key, stale entries, timeouts) applies to many.
 *
 * Each call has its own batch: the loader runs in its caller's async context, and two callers may have different contexts (user,
 * trace), which cannot be compared.
 */
export class Batch {
  /** Whether more values will be requested: until then only full batches are loaded. */
  public expectsMore = false;
  private waiting: PendingLoad[] = [];

  public constructor(private readonly loader: BatchLoader) {}

  /** The most ids that are loaded together. */
  public get size(): number {
    return this.loader.batchSize;
  }

  /** Reads one value, together with all others that are requested in the same tick. */
  public load(id: unknown): Promise<unknown> {
    const pending = { id, context: loadContext(), deferred: Promise.withResolvers<unknown>() };
    const count = this.waiting.push(pending);
    if (count === this.size) {
      this.flush();
    } else if (count === 1 && !this.expectsMore) {
      queueMicrotask(() => this.flush());
    }
    return pending.deferred.promise;
  }

  /** Loads the requested values, even if the batch is not full, and all later ones. */
  public begin(): void {
    this.expectsMore = false;
    this.flush();
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length > 0) {
      this.loadAll(batch).catch((error: unknown) => batch.forEach(({ deferred }) => deferred.reject(error)));
    }
  }

  private async loadAll(batch: readonly PendingLoad[]): Promise<void> {
    // Not within the call that requested the last id.
    await undefined;
    const context = sharedContext(batch);
    // The loader gets its own array: it may sort or splice it.
    const ids = batch.map(({ id }) => id);
    const { measured, loadMany } = this.loader;
    const results = await measured(() => runInContext(context, () => loadMany(ids as never[])));
    const valueAt = this.reader(results, batch, ids);
    batch.forEach(({ id, context: own, deferred }, index) => {
      own.copyFrom(context);
      const value = valueAt(id, index);
      if (value instanceof Error) {
        deferred.reject(value);
      } else {
        deferred.resolve(value);
      }
    });
  }

  /** An id that the map does not have is cached as undefined: not if the map has it under another type. */
  private absent(id: unknown, results: ReadonlyMap<unknown, unknown>, batch: readonly PendingLoad[]): undefined | TypeError {
    const other = asOtherType(id);
    if (other !== undefined && results.has(other) && !batch.some((pending) => pending.id === other)) {
      return new TypeError(`The loader of cachedMany('${this.loader.cacheName}') returned a Map with the key ${JSON.stringify(other)} for `
        + `the id ${JSON.stringify(id)}: its keys must be the ids, not ${typeof other}s that look like them.`);
    }
    return undefined;
  }

  /** @param left the loader's array of ids after the call */
  private reader(results: unknown, batch: readonly PendingLoad[], left: readonly unknown[]): (id: unknown, index: number) => unknown {
    if (results instanceof Map) {
      return (id) => results.has(id) ? results.get(id) as unknown : this.absent(id, results, batch);
    }
    if (!Array.isArray(results) || results.length !== batch.length) {
      throw new TypeError(`The loader of cachedMany('${this.loader.cacheName}') received ${batch.length} ids and returned `
        + `${Array.isArray(results) ? `${results.length} values` : typeof results}: it must return an array in the order of the ids, or a Map by id.`);
    }
    // A loader that sorts its ids in place returns values in that order.
    if (left.length !== batch.length || batch.every(({ id }, place) => Object.is(id, left[place]))) {
      return (_id, index) => results[index] as unknown;
    }
    const placeOf = new Map(left.map((id, place) => [id, place]));
    const isReordered = batch.every(({ id }) => placeOf.has(id));
    return (id, index) => results[isReordered ? placeOf.get(id)! : index] as unknown;
  }
}

/** The same id as a text or as a number, the other way around. */
function asOtherType(id: unknown): unknown {
  return typeof id === 'number' ? String(id) : typeof id === 'string' && String(Number(id)) === id ? Number(id) : undefined;
}

/** The context of a batch's loader: aborted when no caller waits for any of its values. */
function sharedContext(batch: readonly PendingLoad[]): LoadContext {
  const shared = new LoadContext();
  let waiting = batch.length;
  const leave = (reason: Error) => {
    if (--waiting === 0) {
      shared.abort(reason);
    }
  };
  for (const { context } of batch) {
    context.onAbort = leave;
    if (context.abortReason !== undefined) {
      leave(context.abortReason);
    }
  }
  return shared;
}
