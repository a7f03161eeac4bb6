import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { giveAccess, grantConnect, RedisAccess } from './redis-access';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheGuest } from './shared-cache';
import { invalidProp } from '../errors';

/**
 * What a user of a cache may reach.
 */
export interface AddUserOptions {
  /**
   * The namespace of the functions that are this user: the only one whose entries they reach. They get it without having to name
   * it in their `caching.namespace`.
   *
   * 1 to 200 letters, digits, '_', '.', '/' or '-'.
   */
  readonly namespace: string;
}

/**
 * A cache, as one of its users sees it: made by `addUser()`, and given to functions in the place of the cache.
 */
export interface ICacheUser extends ISharedCache {
  /** The only namespace whose entries the user reaches. */
  readonly namespace: string;

  /** The id of the user, and its name. */
  readonly userId: string;

  /**
   * Lets somebody who is no CachedFunction authenticate as this user: a container or a stream processor that invalidates entries, say. What
   * opens the network to it is the cache's `connections`.
   *
   * @returns the grant: to call `elasticache:Connect` as this user
   */
  grantConnect(grantee: IGrantable): Grant;
}

/**
 * @internal
 */
export class CacheUser extends Construct implements ICacheUser {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds;

  public constructor(
    private readonly cache: Construct & ISharedCache, id: string,
    public readonly userId: string,
    public readonly namespace: string,
    private readonly access: RedisAccess,
  ) {
    super(cache, id);
    this._needs = cache._needs;
  }

  public grantConnect(grantee: IGrantable): Grant {
    return grantConnect(grantee, this.cache, this.access);
  }

  /**
   * @internal
   */
  public _letIn(guest: SharedCacheGuest): SharedCacheBinding {
    if (guest.namespace !== undefined && guest.namespace !== this.namespace) {
      throw invalidProp('caching.namespace', guest.namespace, `must be that of the cache's user, '${this.namespace}'`,
        `The user ${this.node.path} reaches no other: leave caching.namespace out.`);
    }
    return { ...giveAccess(guest, this.cache, this.access), namespace: this.namespace };
  }
}
