import { Size, SizeRoundingBehavior, Token } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { invalidProp } from './errors';
import { MEMORY_SHARE } from './runtime-settings';

/** Lambda's own, except on Managed Instances. */
const DEFAULT_MEMORY_MB = 128;

/**
 * The memory of a function as it will be deployed. On Managed Instances AWS documents a least size of 2 GB, and no default.
 *
 * @returns undefined if it is not known
 * @internal
 */
export function memorySizeOf(fn: CfnFunction): number | undefined {
  return fn.memorySize ?? (fn.capacityProviderConfig === undefined ? DEFAULT_MEMORY_MB : undefined);
}

/**
 * Checks that the entries leave room for anything else, where both sizes are known.
 *
 * @internal
 */
export function checkMaxMemory(maxMemory?: Size, memorySize?: number): void {
  if (maxMemory !== undefined && memorySize !== undefined && !maxMemory.isUnresolved() && !Token.isUnresolved(memorySize)
    && maxMemory.toBytes() >= Size.mebibytes(memorySize).toBytes()) {
    throw invalidProp('caching.maxMemory', `${maxMemory.toMebibytes({ rounding: SizeRoundingBehavior.NONE })} MB`,
      `must be less than the function's memory of ${memorySize} MB`, 'Lower it, or raise `memorySize`.');
  }
}

/**
 * The same at the end of synthesis: a capacity provider gets its functions, and an Aspect changes sizes, after the construct was made.
 *
 * @internal
 */
export function maxMemoryErrors(maxMemory?: Size, memorySize?: number): string[] {
  try {
    checkMaxMemory(maxMemory, memorySize);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/**
 * The most that all entries of an environment may take, in bytes.
 *
 * @returns undefined if that is known only when deploying
 * @internal
 */
export function memoryBound(maxMemory?: Size, memorySize?: number): number | undefined {
  if (maxMemory !== undefined) {
    return maxMemory.isUnresolved() ? undefined : maxMemory.toBytes();
  }
  return memorySize === undefined || Token.isUnresolved(memorySize) ? undefined : Math.floor(Size.mebibytes(memorySize).toBytes() * MEMORY_SHARE);
}
