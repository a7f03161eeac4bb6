import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IConstruct } from 'constructs';
import { invalidProp } from '../errors';
import { assertHas } from '../property-types';
import { IamAuthSettings, SecretAuthSettings } from '../runtime-settings';
import { warn } from '../warnings';

/**
 * Whom a function signs its tokens for, where a cache was not made by this library.
 */
export interface IamCacheAuthOptions {
  /**
   * The id of the ElastiCache user, which must be its name too (ElastiCache, Authenticating with IAM).
   */
  readonly userId: string;
}

/**
 * How functions prove to a cache that they may use it.
 */
export abstract class CacheAuth {
  /**
   * By tokens that each function signs with its own role: there is no password. ElastiCache only.
   */
  public static iam(options: IamCacheAuthOptions): CacheAuth {
    return new IamCacheAuth(options.userId);
  }

  /**
   * By a secret in Secrets Manager, which functions read when they connect: a JSON object with `password` and, where the server has
   * users, `username`; or the password alone.
   */
  public static secret(secret: ISecret): CacheAuth {
    return new SecretCacheAuth(secret);
  }

  /**
   * Not at all: whoever can reach the cache can use it.
   */
  public static none(): CacheAuth {
    return new NoCacheAuth();
  }

  /**
   * How: `iam`, `secret` or `none`.
   */
  public abstract readonly kind: string;

  /**
   * @internal
   */
  public readonly _secret?: ISecret;

  /**
   * @param cache the name by which ElastiCache knows the cache; absent where it does not
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
      throw invalidProp('auth', 'CacheAuth.iam()', 'must be what the server understands',
        'Only ElastiCache takes IAM tokens: import the cache by ServerlessCache.fromServerlessCacheAttributes() or ReplicationGroupCache.fromReplicationGroupCacheAttributes(), or use CacheAuth.secret().');
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

/** What is reached from inside a network only. */
const PRIVATE_HOST = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)|\.(local|internal|lan)$/i;

/**
 * Warns of a cache outside a VPC that asks nobody who they are.
 *
 * @internal
 */
export function warnOfNoAuth(cache: IConstruct, auth: CacheAuth, host: string): void {
  if (auth.kind === 'none' && !PRIVATE_HOST.test(host)) {
    warn(cache, 'noAuth', '`auth` is CacheAuth.none() and the cache is in no VPC: whoever finds it on the internet can read and change every entry. Use CacheAuth.secret(), or say the `vpc` that it is in.',
      { prop: 'auth' });
  }
}
