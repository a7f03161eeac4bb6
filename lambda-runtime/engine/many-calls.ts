import type { Batch } from './batch.js';
import { ownArgument } from './call.js';

/** So many ids of one call are under way at a time: each takes kilobytes, and 100,000 of them more than a small function has. */
const MAX_UNDER_WAY = 1_000;

/** What came of the calls, by their place. An object for each would take more memory than most values. */
export interface Answers<T> {
  readonly values: T[];
  readonly errors: ReadonlyMap<number, unknown>;
}

/** Makes a call for each id, with a bounded number under way. What is missing is collected in full batches, however far apart it is. */
export async function callForEach<T>(ids: readonly unknown[], batch: Batch, call: (id: unknown) => Promise<T>): Promise<Answers<T>> {
  const limit = Math.max(MAX_UNDER_WAY, batch.size);
  // The caller may change its array, and the objects in it, before all have had their turn.
  const own = ids.map((id) => ids.length > limit ? ownArgument(id) : id);
  const values = new Array<T>(own.length);
  const errors = new Map<number, unknown>();
  let underWay = 0;
  let onSettled = () => {};
  const begin = async (index: number) => {
    underWay++;
    try {
      values[index] = await call(own[index]);
    } catch (error) {
      errors.set(index, error);
    }
    underWay--;
    onSettled();
  };
  const oneSettled = () => new Promise<void>((resolve) => {
    onSettled = resolve;
  });

  for (let next = 0; next < own.length;) {
    batch.isMoreToCome = true;
    while (underWay < limit && next < own.length) {
      void begin(next++);
    }
    // Hits settle in this tick.
    await undefined;
    if (underWay === limit && next < own.length) {
      const settled = oneSettled();
      batch.begin();
      await settled;
      // All that came with it: what follows shall be a full batch, too.
      await new Promise(setImmediate);
    }
  }
  batch.begin();
  while (underWay > 0) {
    await oneSettled();
  }
  return { values, errors };
}
