import { join } from 'node:path';
import { SHAPES } from './inside/shapes';
import { LambdaFunction } from './lambda-process';

/** Bytes per entry. */
export interface SizeEstimate {
  readonly shape: string;
  readonly estimatedBytes: number;
  readonly measuredBytes: number;
  /** The estimate's error, as a share of the measured size; less than zero if the estimate is too low. */
  readonly error: number;
}

/**
 * Hash tables double when they are full, so the bytes per entry depend on how many there are. This number is the geometric
 * middle of a doubling, 2^14.5: tables are as full with it as they are on average.
 */
const ENTRIES = 23_170;

/** Nothing may be evicted. */
const MAX_MEMORY_BYTES = 4 * 1024 ** 3;

/**
 * The accuracy of the runtime's estimate, which enforces `maxMemory`, compared with V8's heap: entries are primed in the real
 * runtime, and the estimate is its own metric `MemoryBytes`.
 */
export async function benchSizeEstimate(workDirectory: string): Promise<SizeEstimate[]> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'size-handler.ts'), workDirectory);
  const results: SizeEstimate[] = [];
  for (const shape of Object.keys(SHAPES)) {
    const invocation = lambda.invoke({ shape, entries: ENTRIES }, { maxMemoryBytes: MAX_MEMORY_BYTES });
    const grownBytes = await invocation.nextMessage<number>();
    const metrics = await invocation.end();
    if (metrics?.MemoryBytes === undefined || metrics.Evictions !== undefined || metrics.Uncacheable !== undefined) {
      throw new Error(`Not all entries of the shape '${shape}' are in memory: ${JSON.stringify(metrics)}`);
    }
    const estimated = metrics.MemoryBytes / ENTRIES;
    const measured = grownBytes / ENTRIES;
    results.push({
      shape,
      estimatedBytes: Math.round(estimated),
      measuredBytes: Math.round(measured),
      error: Math.round((estimated / measured - 1) * 1_000) / 1_000,
    });
  }
  return results;
}
