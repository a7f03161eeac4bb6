/** The part of a request that names its user or tenant: its kind, and its name. */
export type IdentitySource = readonly [kind: IdentityKind, name: string];

/** The gateway's authorizer, a claim of the token that it verified, a cookie, or a field of the request. */
export type IdentityKind = 'authorizer' | 'jwtClaim' | 'cookie' | 'header';

/** The name of the function's cache of responses. */
export const RESPONSE_CACHE = 'responses';

/** The settings of a cache of responses. The construct writes them into the function's settings; code passes them as options. */
export interface ResponseSettings {
  /** The parts of a request that name its user or tenant, and so are in the key. */
  readonly varyBy?: readonly IdentitySource[];
  /** Further request fields in the key, in lower case. */
  readonly headers?: readonly string[];
  /** Names of the only query parameters that are in the key; a trailing `*` matches any suffix. */
  readonly includeQuery?: readonly string[];
  /** Names of query parameters that are not in the key; a trailing `*` matches any suffix. */
  readonly ignoreQuery?: readonly string[];
  /** Names of cookies that do not affect the response; a trailing `*` matches any suffix. */
  readonly ignoreCookies?: readonly string[];
  /** How long responses with a status of 400 or more are fresh if they do not set it themselves; absent: they are not stored. */
  readonly negativeTtlMs?: number;
  /** Responses that only have Last-Modified are fresh for a tenth of their age. RFC 9111, section 4.2.2. */
  readonly heuristicFreshness?: boolean;
  /** The handler does not see what is not in the key. */
  readonly removeUnkeyed?: boolean;
}
