import { HEAP_SHARE, MEMORY_SHARE } from '../src/runtime-settings.js';
import type { WarnOnce } from './engine/warn-once.js';

const DEFAULT_MEMORY_MB = 128;
const MEBIBYTE = 1024 ** 2;

/**
 * The most bytes that the entries of one runtime may take: its part of `maxMemory` or of the default, or what V8's heap has room for.
 *
 * @param workers how many runtimes share the environment's memory; each has a heap of its own
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
  warnOnce('heapTooSmall', `The cache takes at most ${room} bytes, not ${wanted}: more do not fit into Node.js's heap of ${oldSpaceMb} MB. `
    + 'Raise memorySize, or lower maxMemory.');
  return room;
}

/** As Node.js reads its flags: the last one counts, and the command line comes after NODE_OPTIONS. */
function maxOldSpaceMb({ NODE_OPTIONS = '' }: NodeJS.ProcessEnv): number {
  // Not v8.getHeapStatistics(): loading node:v8 takes as long as the whole runtime.
  const sizes = [...`${NODE_OPTIONS} ${process.execArgv.join(' ')}`.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)];
  return Number(sizes.at(-1)?.[1] ?? Infinity);
}
