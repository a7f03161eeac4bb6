import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { IamAuthSettings, SecretAuthSettings } from '../contract/shared-settings';
import { invalidProp } from '../validation/errors';
import { assertHas } from '../validation/property-types';
import { warn } from '../validation/warnings';

/**
 * The user for whom functions sign IAM tokens, for an imported cache.
 */
export interface IamCacheAuthOptions {
  /**
   * The id of the ElastiCache user, which must be its name too (ElastiCache, Authenticating with IAM).
   */
  readonly userId: string;
}

/**
 * How functions authenticate to a cache.
 */
export abstract class CacheAuth {
  /**
   * Authenticates with IAM: each function signs tokens with its own role, and there is no password. ElastiCache only.
   */
  public static iam(options: IamCacheAuthOptions): CacheAuth {
    return new IamCacheAuth(options.userId);
  }

  /**
   * Authenticates with a secret in Secrets Manager, which functions read when they connect. It is a JSON object with `password` and,
   * if the server has users, `username`; or the password alone.
   */
  public static secret(secret: ISecret): CacheAuth {
    return new SecretCacheAuth(secret);
  }

  /**
   * No authentication: anyone who can reach the cache can use it.
   */
  public static none(): CacheAuth {
    return new NoCacheAuth();
  }

  /**
   * The kind of authentication: `iam`, `secret` or `none`.
   */
  public abstract readonly kind: string;

  /**
   * @internal
   */
  public readonly _secret?: ISecret;

  /**
   * @param cache the cache's name in ElastiCache; absent if it is not an ElastiCache cache
   * @internal
   */
  public abstract _render(cache?: Omit<IamAuthSettings, 'type' | 'user'>): IamAuthSettings | SecretAuthSettings | undefined;
}

class IamCacheAuth extends CacheAuth {
  public override readonly kind = 'iam';

  public constructor(private readonly userId: string) {
    super();
  }

  public override _render(cache?: Omit<IamAuthSettings, 'type' | 'user'>): IamAuthSettings {
    if (cache === undefined) {
      throw invalidProp('auth', 'CacheAuth.iam()', 'must be CacheAuth.secret() or CacheAuth.none() for this server',
        'Only ElastiCache accepts IAM tokens: import its caches with ServerlessCache.fromServerlessCacheAttributes() or ReplicationGroupCache.fromReplicationGroupCacheAttributes().');
    }
    return { type: 'iam', user: this.userId, ...cache };
  }
}

class SecretCacheAuth extends CacheAuth {
  public override readonly kind = 'secret';

  public constructor(public override readonly _secret: ISecret) {
    super();
  }

  public override _render(): SecretAuthSettings {
    return { type: 'secret', arn: this._secret.secretArn };
  }
}

class NoCacheAuth extends CacheAuth {
  public override readonly kind = 'none';

  public override _render(): undefined {
    return undefined;
  }
}

/**
 * @internal
 */
export function assertAuth(auth: unknown): void {
  assertHas('auth', auth, '_render', 'Use CacheAuth.iam(), CacheAuth.secret() or CacheAuth.none().');
}

/** Hosts that are reachable from inside a network only. */
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)|\.(local|internal|lan)$/i;

/**
 * Warns of a cache outside a VPC without authentication.
 *
 * @internal
 */
export function warnOfNoAuth(cache: IConstruct, auth: CacheAuth, host: string): void {
  if (auth.kind === 'none' && !PRIVATE_HOST.test(host)) {
    warn(cache, 'noAuth', "`auth` is CacheAuth.none() and the cache has no `vpc`: anyone who finds it on the internet can read and change every entry. Use CacheAuth.secret(), or pass the cache's `vpc`.",
      { prop: 'auth' });
  }
}
