import type { IdentityKind, IdentitySource } from '../contract/response-settings';
import { invalidProp } from '../validation/errors';

/** Fields that any client can set, or that proxies change: they identify nobody. */
const NO_IDENTITY = /^(cookie|host|user-agent|referer|origin|forwarded|via|x-forwarded-.*|x-real-ip|accept(-.*)?|cache-control|if-.*|range)$/;

/**
 * The part of a request that names its user or tenant. Its value is part of the key; a request without it is not cached.
 */
export class Identity {
  /**
   * A value that the gateway has verified: from a Lambda authorizer's context (`principalId`), the IAM caller (`userArn`), or the client's
   * certificate (`subjectDN`). It must differ between any two users who may get different responses.
   */
  public static authorizer(name: string): Identity {
    return new Identity('authorizer', name);
  }

  /**
   * A claim of the JSON Web Token that the gateway's authorizer has verified, for example `sub`. The claims of a token that only the
   * handler verifies are not available.
   */
  public static jwtClaim(name: string): Identity {
    return new Identity('jwtClaim', name);
  }

  /**
   * A cookie, for example the session's.
   */
  public static cookie(name: string): Identity {
    return new Identity('cookie', name);
  }

  /**
   * A field of the request: `authorization`, or one that names the tenant. It does not cover other credentials of the request.
   */
  public static header(name: string): Identity {
    return new Identity('header', name);
  }

  private constructor(private readonly kind: IdentityKind, private readonly name: string) {}

  /**
   * @internal
   */
  public _render(): IdentitySource {
    const { kind, name } = this;
    if (typeof name !== 'string' || name.trim() === '') {
      throw invalidProp(`Identity.${kind}(name)`, name, 'must be a non-empty string', 'Pass the name of what identifies the user, such as a cookie or a claim.');
    }
    const lowerCase = name.toLowerCase();
    if (kind === 'header' && NO_IDENTITY.test(lowerCase)) {
      throw invalidProp('Identity.header(name)', name, 'must be a header that identifies a user',
        lowerCase === 'cookie' ? 'Use Identity.cookie().' : 'Any client can send that. To put it into the key without treating it as an identity, list it in `headers`.');
    }
    return [kind, kind === 'header' ? lowerCase : name];
  }
}
