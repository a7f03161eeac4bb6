import { IConstruct } from 'constructs';
import { SharedSettings } from '../contract/shared-settings';
import { CacheClient } from '../network/network';

/**
 * A cache that functions share and that outlives their environments. Functions read it when their own memory has no entry.
 *
 * It never holds the only copy of anything. Without it, a function still returns correct results, only more slowly.
 */
export interface ISharedCache extends IConstruct {
  /**
   * Lets a function use the cache: permissions and network.
   *
   * @throws Error if the function cannot reach it
   * @internal
   */
  _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding;

  /**
   * The AWS services that its functions must reach besides the cache.
   *
   * @internal
   */
  readonly _needs: CacheNeeds;
}

/**
 * A function that uses a shared cache.
 *
 * @internal
 */
export interface SharedCacheClient extends CacheClient {
  /** Absent: `ownNamespace`. */
  readonly namespace?: string;
  readonly ownNamespace: string;
}

/**
 * A shared cache's settings for one function.
 *
 * @internal
 */
export interface SharedCacheBinding {
  readonly settings: SharedSettings;
  /** The only namespace that the function may use; absent: any. */
  readonly namespace?: string;
}

/**
 * @internal
 */
export interface CacheNeeds {
  /** To read a password. */
  readonly secretsManager?: boolean;
  readonly dynamoDb?: boolean;
  /** To reach the cache itself. */
  readonly internet?: boolean;
  /** It has only IPv6 addresses. */
  readonly ipv6?: boolean;
}
