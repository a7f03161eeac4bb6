import { Size, Token } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { overridden } from './final-properties';
import { heapMb, memoryForHeap } from './heap-options';
import { HEAP_SHARE, MEMORY_SHARE } from '../contract/runtime-settings';
import { invalidProp } from '../validation/errors';

/** Lambda's own. */
const DEFAULT_MEMORY_MB = 128;

/**
 * The function's memory in MB; undefined if it is known only when deploying. Lambda's default of 128 MB does not apply to Managed Instances.
 *
 * @internal
 */
export function memoryMb(resource: CfnFunction): number | undefined {
  const given = overridden(resource, 'MemorySize', resource.memorySize);
  if (given === undefined) {
    return overridden(resource, 'CapacityProviderConfig', resource.capacityProviderConfig) === undefined ? DEFAULT_MEMORY_MB : undefined;
  }
  return typeof given === 'number' && !Token.isUnresolved(given) ? given : undefined;
}

/**
 * The most that all entries of an environment may take, in bytes; undefined if it is known only when deploying.
 *
 * @internal
 */
export function memoryBound(maxMemory: Size | undefined, resource: CfnFunction): number | undefined {
  if (maxMemory !== undefined) {
    return maxMemory.isUnresolved() ? undefined : maxMemory.toBytes();
  }
  const memory = memoryMb(resource);
  return memory === undefined ? undefined : Math.floor(Size.mebibytes(memory).toBytes() * MEMORY_SHARE);
}

/**
 * Checks that the heap can hold the entries.
 *
 * @param nodeOptions the function's own, heap sizes included
 * @internal
 */
export function checkMaxMemory(maxMemory: Size | undefined, resource: CfnFunction, nodeOptions: unknown): void {
  const memory = memoryMb(resource);
  if (maxMemory === undefined || maxMemory.isUnresolved() || memory === undefined) {
    return;
  }
  const wanted = maxMemory.toBytes() / Size.mebibytes(1).toBytes();
  const heap = heapMb(memory, typeof nodeOptions === 'string' ? nodeOptions : undefined);
  const most = Math.floor(heap * HEAP_SHARE);
  if (wanted > heap * HEAP_SHARE) {
    throw invalidProp('caching.maxMemory', `${Number(wanted.toFixed(2))} MiB`, `must be at most ${most} MiB in a function with ${memory} MB of memory, whose JavaScript heap is ${Math.floor(heap)} MB`,
      `Lower it, or set memorySize to ${memoryForHeap(wanted / HEAP_SHARE)} or more.`);
  }
}
