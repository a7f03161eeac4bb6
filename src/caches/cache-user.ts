import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bindClient, grantConnect, RedisAccess } from './redis-access';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheClient } from './shared-cache';
import { invalidProp } from '../validation/errors';

/**
 * Options of a cache's user.
 */
export interface AddUserOptions {
  /**
   * The only namespace whose entries the user's functions can reach. They use it even if they do not set `caching.namespace`.
   *
   * 1 to 200 letters, digits, '_', '.', '/' or '-'.
   */
  readonly namespace: string;
}

/**
 * One user's view of a cache: created by `addUser()`, and passed to functions instead of the cache.
 */
export interface ICacheUser extends ISharedCache {
  /** The only namespace whose entries the user can reach. */
  readonly namespace: string;

  /** The id of the user, which is also its name. */
  readonly userId: string;

  /**
   * Lets another client authenticate as this user: a container or a stream processor that invalidates entries, for example.
   * Use the cache's `connections` to open the network to it.
   *
   * @returns the grant to call `elasticache:Connect` as this user
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
  public _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding {
    if (client.namespace !== undefined && client.namespace !== this.namespace) {
      throw invalidProp('caching.namespace', client.namespace, `must be the namespace of the cache's user, '${this.namespace}'`,
        `The user ${this.node.path} can reach no other namespace: leave caching.namespace out.`);
    }
    return { ...bindClient(client, this.cache, this.access), namespace: this.namespace };
  }
}
