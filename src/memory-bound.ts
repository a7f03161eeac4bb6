import { Size, Token } from 'aws-cdk-lib';
import { DEFAULT_MEMORY_MB } from './cache-policy';
import { MEMORY_SHARE } from './runtime-settings';

/**
 * The most that all entries of an environment may take, in bytes.
 *
 * @returns undefined if that is known only when deploying
 * @internal
 */
export function memoryBound(maxMemory?: Size, memorySize: number = DEFAULT_MEMORY_MB): number | undefined {
  if (maxMemory !== undefined) {
    return maxMemory.isUnresolved() ? undefined : maxMemory.toBytes();
  }
  return Token.isUnresolved(memorySize) ? undefined : Math.floor(Size.mebibytes(memorySize).toBytes() * MEMORY_SHARE);
}
