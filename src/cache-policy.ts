import { Duration, Size, Token } from 'aws-cdk-lib';
import { invalidProp } from './errors';
import { CACHE_NAME, PolicySettings } from './runtime-settings';

/**
 * Lambda's own.
 *
 * @internal
 */
export const DEFAULT_MEMORY_MB = 128;

/**
 * How the entries of a cache behave.
 */
export interface CachePolicy {
  /**
   * How long an entry is fresh, by the wall clock. A fresh entry is returned without asking the origin.
   *
   * Counted from the moment its load began (RFC 9111, section 4.2.3).
   *
   * @default - what the handler's code says, else 5 minutes
   */
  readonly ttl?: Duration;

  /**
   * Change this when the shape of the cached values changes: entries of other versions are never read.
   *
   * @default - what the handler's code says, else no version
   */
  readonly valueVersion?: string;
}

/**
 * How a function caches.
 */
export interface CachingOptions extends CachePolicy {
  /**
   * The most that all entries in one environment's memory may take, by estimate. Beyond it, what was not used for longest
   * is dropped. Must be less than the function's memory, which the handler's own code needs too.
   *
   * @default - a quarter of the function's memory
   */
  readonly maxMemory?: Size;

  /**
   * The most entries that one environment's memory may hold.
   *
   * @default - no limit but `maxMemory`
   */
  readonly maxEntries?: number;

  /**
   * Begins every key. Functions with the same namespace share entries where they share a tier; others never do.
   *
   * @default - made from the account, the region, the stack and the function's path in it
   */
  readonly namespace?: string;
}

/**
 * Checks a policy and puts it into the form that the runtime reads.
 *
 * @internal
 */
export function renderPolicy(policy: CachePolicy, where: string): PolicySettings {
  const { ttl, valueVersion } = policy;
  if (ttl !== undefined && !ttl.isUnresolved() && ttl.toMilliseconds() <= 0) {
    throw invalidProp(`${where}.ttl`, ttl.toHumanString(), 'must be longer than zero',
      'To switch a cache off while the function runs, set its environment variable CDK_CACHED_FUNCTION_MODE to "off".');
  }
  return {
    ...(ttl !== undefined && { ttlMs: ttl.toMilliseconds() }),
    ...(valueVersion !== undefined && { valueVersion }),
  };
}

/**
 * Checks what a function says about caching, as far as it is known before deploying.
 *
 * @internal
 */
export function checkCaching(caching: CachingOptions, memorySize: number = DEFAULT_MEMORY_MB): void {
  const { maxMemory, maxEntries } = caching;
  if (maxMemory !== undefined && !maxMemory.isUnresolved() && !Token.isUnresolved(memorySize)
    && maxMemory.toBytes() >= Size.mebibytes(memorySize).toBytes()) {
    throw invalidProp('caching.maxMemory', `${maxMemory.toBytes()} bytes`, `must be less than the function's memory of ${memorySize} MB`,
      'Lower it, or raise `memorySize`.');
  }
  if (maxEntries !== undefined && !Token.isUnresolved(maxEntries) && !(Number.isInteger(maxEntries) && maxEntries > 0)) {
    throw invalidProp('caching.maxEntries', maxEntries, 'must be a whole number greater than zero', 'Leave it out for no limit but `maxMemory`.');
  }
  renderPolicy(caching, 'caching');
}

/**
 * Checks the name of a cache.
 *
 * @internal
 */
export function checkCacheName(name: string, where: string): void {
  if (!Token.isUnresolved(name) && !CACHE_NAME.test(name)) {
    throw invalidProp(where, name, "must be 1 to 64 letters, digits, '_', '.' or '-'", "Use the name that the handler's code gives to cached(name, …).");
  }
}
