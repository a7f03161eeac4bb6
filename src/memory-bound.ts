import { Size, Token } from 'aws-cdk-lib';
import { DEFAULT_MEMORY_MB } from './cache-policy';
import { oldSpaceMb } from './heap-options';
import { HEAP_SHARE, MEMORY_SHARE } from './runtime-settings';

const MEBIBYTE = 1024 ** 2;

/**
 * The most that all entries of an environment may take, in bytes.
 *
 * @returns undefined if that is known only when deploying
 * @internal
 */
export function memoryBound(maxMemory?: Size, memorySize: number = DEFAULT_MEMORY_MB): number | undefined {
  if (maxMemory?.isUnresolved() || (maxMemory === undefined && Token.isUnresolved(memorySize))) {
    return undefined;
  }
  const asked = maxMemory?.toBytes() ?? memorySize * MEBIBYTE * MEMORY_SHARE;
  const room = Token.isUnresolved(memorySize) ? Infinity : oldSpaceMb(memorySize) * MEBIBYTE * HEAP_SHARE;
  return Math.round(Math.min(asked, room));
}
