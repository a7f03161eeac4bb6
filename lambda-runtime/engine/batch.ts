import { LoadContext, loadContext, runInContext } from './load-context.js';

/** Reads many values at once: the values in the order of the ids, an Error where one failed; or a map by id. */
export type LoadMany = (ids: never[]) => unknown;

interface Wanted {
  readonly id: unknown;
  readonly context: LoadContext;
  readonly answer: PromiseWithResolvers<unknown>;
}

/** What all batches of one cache have in common. */
export interface BatchLoader {
  readonly cacheName: string;
  readonly loadMany: LoadMany;
  readonly batchSize: number;
  /** Calls the origin, and counts that. */
  readonly measured: (load: () => unknown) => Promise<unknown>;
}

/**
 * Makes a loader of single values out of one that reads many: what one call of the cache needs in one go is loaded in one go.
 * So everything that holds for single values (one load per key, stale entries, time-outs) holds for many.
 *
 * Each call has a batch of its own: the loader runs in its caller's async context, and two callers may have different ones (user,
 * trace), which cannot be compared.
 */
export class Batch {
  /** Whether more will be asked for: only full batches are loaded then. */
  public isMoreToCome = false;
  private waiting: Wanted[] = [];

  public constructor(private readonly loader: BatchLoader) {}

  /** The most ids that are loaded in one go. */
  public get size(): number {
    return this.loader.batchSize;
  }

  /** Reads one value, together with all others that are asked for before this tick ends. */
  public load(id: unknown): Promise<unknown> {
    const wanted = { id, context: loadContext(), answer: Promise.withResolvers<unknown>() };
    const count = this.waiting.push(wanted);
    if (count === this.size) {
      this.flush();
    } else if (count === 1 && !this.isMoreToCome) {
      queueMicrotask(() => this.flush());
    }
    return wanted.answer.promise;
  }

  /** Loads what has been asked for, full or not, and what will be. */
  public begin(): void {
    this.isMoreToCome = false;
    this.flush();
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length > 0) {
      this.loadAll(batch).catch((error: unknown) => batch.forEach(({ answer }) => answer.reject(error)));
    }
  }

  private async loadAll(batch: readonly Wanted[]): Promise<void> {
    // Not inside the call of the last id.
    await undefined;
    const context = sharedContext(batch);
    // An array of the loader's own: it may sort or splice it.
    const ids = batch.map(({ id }) => id);
    const results = await this.loader.measured(() => runInContext(context, () => this.loader.loadMany(ids as never[])));
    const valueAt = this.reader(results, batch, ids);
    batch.forEach(({ id, context: own, answer }, index) => {
      own.take(context);
      const value = valueAt(id, index);
      if (value instanceof Error) {
        answer.reject(value);
      } else {
        answer.resolve(value);
      }
    });
  }

  /** @param left the array of ids that the loader had, as it left it */
  private reader(results: unknown, batch: readonly Wanted[], left: readonly unknown[]): (id: unknown, index: number) => unknown {
    if (results instanceof Map) {
      return (id) => results.get(id) as unknown;
    }
    if (!Array.isArray(results) || results.length !== batch.length) {
      throw new TypeError(`The loader of cachedMany('${this.loader.cacheName}') was asked for ${batch.length} ids and returned `
        + `${Array.isArray(results) ? `${results.length} values` : typeof results}: it must return an array in the order of the ids, or a Map by id.`);
    }
    // Who sorts the ids in place returns values in that order.
    const placeOf = new Map(left.map((id, place) => [id, place]));
    const isReordered = left.length === batch.length && batch.every(({ id }) => placeOf.has(id));
    return (id, index) => results[isReordered ? placeOf.get(id)! : index] as unknown;
  }
}

/** What the loader of a batch sees as its context: aborted when nobody waits for any of its values. */
function sharedContext(batch: readonly Wanted[]): LoadContext {
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
