import type { Batch } from './batch.js';
import { copyArgument } from './call.js';

/** The most ids of one call that are under way at a time. Each takes kilobytes, and 100,000 would exceed a small function's memory. */
const MAX_IN_FLIGHT = 1_000;

/** The calls' outcomes, by their place. An object for each would take more memory than most values. */
export interface CallResults<T> {
  readonly values: T[];
  readonly errors: ReadonlyMap<number, unknown>;
}

/** Makes a call for each id, with a bounded number under way. Missing ids are collected into full batches, even if they are far apart. */
export async function callForEach<T>(
  ids: readonly unknown[], batch: Batch, call: (id: unknown, index: number) => Promise<T>,
): Promise<CallResults<T>> {
  const limit = Math.max(MAX_IN_FLIGHT, batch.size);
  // The caller may change its array, and the objects in it, before all calls are made.
  const own = ids.map((id) => ids.length > limit ? copyArgument(id) : id);
  const values = new Array<T>(own.length);
  const errors = new Map<number, unknown>();
  let inFlight = 0;
  let onSettled = () => {};
  const begin = async (index: number) => {
    inFlight++;
    try {
      values[index] = await call(own[index], index);
    } catch (error) {
      errors.set(index, error);
    }
    inFlight--;
    onSettled();
  };
  const oneSettled = () => new Promise<void>((resolve) => {
    onSettled = resolve;
  });

  for (let next = 0; next < own.length;) {
    batch.expectsMore = true;
    while (inFlight < limit && next < own.length) {
      void begin(next++);
    }
    // Hits settle in this tick.
    await undefined;
    if (inFlight === limit && next < own.length) {
      const settled = oneSettled();
      batch.begin();
      await settled;
      // Lets all calls of that batch settle, so that the next batch is full too.
      await new Promise(setImmediate);
    }
  }
  batch.begin();
  while (inFlight > 0) {
    await oneSettled();
  }
  return { values, errors };
}
