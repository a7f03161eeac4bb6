/** A user's handler whose event asks to fill the cache and to say how the heap grew. Run with --expose-gc. */
import { setImmediate } from 'node:timers/promises';
import { SHAPES } from './shapes';
import { cached } from 'cdk-cached-function/runtime';

const value = cached('value', async (key: string): Promise<unknown> => key);

/** Returns the bytes. */
export async function handler({ shape, entries }: { shape: string; entries: number }): Promise<number> {
  const make = SHAPES[shape];
  // Everything is compiled, and the first tables are there, before the heap is measured.
  for (let i = 0; i < 1_000; i++) {
    await value.prime(keyOf(i), make(i));
    await value.invalidate(keyOf(i));
  }
  const before = await usedBytes();
  for (let i = 0; i < entries; i++) {
    await value.prime(keyOf(i), make(i));
  }
  const bytes = await usedBytes() - before;
  // The memory's metric is reported by an invocation that used the cache.
  await value(keyOf(0));
  return bytes;
}

/** A string of its own, as an event brings it. */
function keyOf(i: number): string {
  return JSON.parse(`"value-${String(i).padStart(6, '0')}"`) as string;
}

/** What the program's objects take. `external` includes the array buffers. */
async function usedBytes(): Promise<number> {
  // Thrice, with pauses: what one finalizes or leaves to be swept, the next one frees.
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
