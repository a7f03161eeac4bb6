import { IConstruct } from 'constructs';
import { Guest } from '../network';
import { SharedSettings } from '../runtime-settings';

/**
 * A cache that outlives environments and that functions share: where they look when their own memory has no entry.
 *
 * It is never the only copy of anything, and a function works without it: slower, but right.
 */
export interface ISharedCache extends IConstruct {
  /**
   * Lets a function use the cache: permissions and network.
   *
   * @throws Error if the function cannot reach it
   * @internal
   */
  _letIn(guest: SharedCacheGuest): SharedCacheBinding;

  /**
   * What of AWS the functions that use it must reach, besides the cache.
   *
   * @internal
   */
  readonly _needs: CacheNeeds;
}

/**
 * A function that wants to use a shared cache.
 *
 * @internal
 */
export interface SharedCacheGuest extends Guest {
  /** Absent: the function's own, which nobody else knows. */
  readonly namespace?: string;
  readonly ownNamespace: string;
}

/**
 * What a function is told about a shared cache.
 *
 * @internal
 */
export interface SharedCacheBinding {
  readonly settings: SharedSettings;
  /** The only namespace that it may use; absent: any. */
  readonly namespace?: string;
}

/**
 * @internal
 */
export interface CacheNeeds {
  /** A password is read from there. */
  readonly secretsManager?: boolean;
  readonly dynamoDb?: boolean;
  /** It is reached over the internet. */
  readonly internet?: boolean;
}
