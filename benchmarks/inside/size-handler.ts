/** A user's handler whose event asks it to fill the cache and return the heap's growth. Run with --expose-gc. */
import { setImmediate } from 'node:timers/promises';
import { SHAPES } from './shapes';
import { cached, loadContext } from 'cdk-cached-function/runtime';

let load = (_: { tags: readonly string[]; validator: unknown }): unknown => undefined;

const value = cached('value', async (..._: readonly unknown[]): Promise<unknown> => load(loadContext() as never), {
  ttl: { hours: 1 }, negativeTtl: { hours: 1 }, cacheErrors: () => true,
});

/** Returns the bytes. */
export async function handler({ shape, entries }: { shape: string; entries: number }): Promise<number> {
  const { load: loadShape, args = keyOf } = SHAPES[shape];
  const call = async (i: number) => {
    load = (context) => loadShape(i, context);
    // The shape may be an error.
    await value(...args(i)).catch(() => {});
  };
  // Everything is compiled, and the first tables exist, before the heap is measured.
  for (let i = -1_000; i < 0; i++) {
    await call(i);
    await value.invalidate(...args(i));
  }
  const before = await usedBytes();
  for (let i = 0; i < entries; i++) {
    await call(i);
  }
  const bytes = await usedBytes() - before;
  // The memory's metric is reported by an invocation that used the cache.
  await call(0);
  return bytes;
}

/** A separate string, as from an event. */
function keyOf(i: number): [string] {
  return [JSON.parse(`"value-${String(i).padStart(6, '0')}"`) as string];
}

/** The size of the program's objects. `external` includes the array buffers. */
async function usedBytes(): Promise<number> {
  // Three times, with pauses: objects that one collection finalizes or leaves to be swept, the next one frees.
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
