import { join } from 'node:path';
import { SHAPES } from './inside/shapes';
import type { Grown } from './inside/size-handler';
import { LambdaProcess } from './lambda-process';

/** Bytes per entry. */
export interface SizeEstimate {
  readonly shape: string;
  readonly estimatedBytes: number;
  readonly measuredBytes: number;
  /** Of the estimate, as a share of what was measured; less than zero where the estimate is too low. */
  readonly error: number;
}

/**
 * Hash tables and arrays grow in jumps, and half of a grown table may be empty. So the bytes per entry depend on how many
 * there are; these numbers are spread evenly over one doubling.
 */
const ENTRIES = [20_000, 25_000, 32_000];

/** Nothing may be evicted. */
const MAX_MEMORY_BYTES = 4 * 1024 ** 3;

/**
 * How well the runtime's estimate, by which `maxMemory` is kept, agrees with V8's heap: entries are primed in the real
 * runtime, and the estimate is its own metric `MemoryBytes`.
 */
export async function benchSizeEstimate(workDirectory: string): Promise<SizeEstimate[]> {
  const lambda = await LambdaProcess.of(join(__dirname, 'inside', 'size-handler.ts'), workDirectory);
  const results: SizeEstimate[] = [];
  for (const shape of Object.keys(SHAPES)) {
    let estimated = 0;
    let measured = 0;
    for (const entries of ENTRIES) {
      const { response, metrics } = await lambda.invoke<Grown>({ shape, entries }, {
        maxMemoryBytes: MAX_MEMORY_BYTES,
        nodeFlags: ['--expose-gc'],
      });
      if (metrics.MemoryBytes === undefined || metrics.Evictions !== undefined || metrics.Uncacheable !== undefined) {
        throw new Error(`Not all entries of the shape '${shape}' are in memory: ${JSON.stringify(metrics)}`);
      }
      estimated += metrics.MemoryBytes / entries / ENTRIES.length;
      measured += response.bytes / entries / ENTRIES.length;
    }
    results.push({
      shape,
      estimatedBytes: Math.round(estimated),
      measuredBytes: Math.round(measured),
      error: Math.round((estimated / measured - 1) * 1_000) / 1_000,
    });
  }
  return results;
}
