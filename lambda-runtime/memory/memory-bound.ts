import { HEAP_SHARE, MEMORY_SHARE } from '../../src/contract/runtime-settings.js';
import type { WarnOnce } from '../engine/warnings.js';

const DEFAULT_MEMORY_MB = 128;
const MEBIBYTE = 1024 ** 2;

/**
 * The most bytes that one runtime's entries may take: its share of `maxMemory` or of the default, or what fits into V8's heap.
 *
 * @param workers how many runtimes share the environment's memory; each has its own heap
 */
export function memoryBound(
  maxMemoryBytes: number | undefined, workers: number, environment: NodeJS.ProcessEnv, warnOnce: WarnOnce,
): number {
  const memoryMb = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) || DEFAULT_MEMORY_MB;
  const wanted = Math.max(1, Math.floor((maxMemoryBytes ?? memoryMb * MEBIBYTE * MEMORY_SHARE) / workers));
  const oldSpaceMb = maxOldSpaceMb(environment);
  const room = Math.round(oldSpaceMb * MEBIBYTE * HEAP_SHARE);
  if (wanted <= room) {
    return wanted;
  }
  warnOnce('heapTooSmall', `The cache takes at most ${room} bytes, not ${wanted}: more would not fit into Node.js's heap of ${oldSpaceMb} MB. `
    + 'Raise memorySize, or lower maxMemory.');
  return room;
}

/** The heap size in Node.js's flags: the last one counts, and the command line comes after NODE_OPTIONS. */
function maxOldSpaceMb({ NODE_OPTIONS = '' }: NodeJS.ProcessEnv): number {
  // Not v8.getHeapStatistics(): loading node:v8 takes as long as the whole runtime.
  const sizes = [...`${NODE_OPTIONS} ${process.execArgv.join(' ')}`.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)];
  return Number(sizes.at(-1)?.[1] ?? Infinity);
}
