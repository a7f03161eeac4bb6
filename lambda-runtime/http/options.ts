import type { IdentitySource } from './settings.js';
import type { Duration } from '../values/duration.js';

/** The part of a request that names its user or tenant. Its value is part of the key; a request without it is not cached. */
export type Identity = IdentitySource;

/** Sources of a request's identity. */
export const Identity = {
  /**
   * A value that the gateway has verified: from a Lambda authorizer's context (`principalId`), the IAM caller (`userArn`), or the client's
   * certificate (`subjectDN`).
   */
  authorizer: (name: string): Identity => ['authorizer', name],
  /** A claim of the JSON Web Token that the gateway's authorizer has verified. */
  jwtClaim: (name: string): Identity => ['jwtClaim', name],
  /** A cookie. */
  cookie: (name: string): Identity => ['cookie', name],
  /** A field of the request, such as `authorization`. */
  header: (name: string): Identity => ['header', name.toLowerCase()],
} as const;

/** How responses are cached. Their Cache-Control determines whether they may be stored, and for how long (RFC 9111). */
export interface ResponseOptions {
  /**
   * The cache's name: the metrics' dimension, and the name for `addCachePolicy`.
   *
   * @default 'responses'
   */
  readonly name?: string;
  /**
   * The parts of a request that name its user or tenant.
   *
   * @default - none: requests with credentials, or with cookies that are not ignored, only get stored responses that are `public`
   */
  readonly varyBy?: readonly Identity[];
  /**
   * Request fields that are in the key, in addition to those that responses name in Vary.
   *
   * @default - none
   */
  readonly headers?: readonly string[];
  /**
   * The only query parameters that are in the key. A trailing `*` matches any suffix.
   *
   * @default - all parameters
   */
  readonly includeQuery?: readonly string[];
  /**
   * Query parameters that are not in the key, for example `utm_*`.
   *
   * @default - none
   */
  readonly ignoreQuery?: readonly string[];
  /**
   * Cookies that do not affect the response, for example `_ga*`.
   *
   * @default - none
   */
  readonly ignoreCookies?: readonly string[];
  /**
   * How long error responses (404, 410, 500 and the like) are fresh if they do not set it themselves.
   *
   * @default - they are not stored
   */
  readonly negativeTtl?: Duration;
  /**
   * Whether a response that has only Last-Modified is fresh for a tenth of its age (RFC 9111, section 4.2.2).
   *
   * @default false
   */
  readonly heuristicFreshness?: boolean;
  /**
   * Whether the handler sees only the fields, cookies and parameters that are in the key, in requests that may be cached.
   *
   * @default false
   */
  readonly removeUnkeyed?: boolean;
}
