/** HTTP messages as the cache sees them: no event, no socket. RFC 9110. */

/** Field names in lower case, each with its lines in order. A Map implements it. */
export interface HttpFields extends Iterable<[name: string, lines: readonly string[]]> {
  has(name: string): boolean;
  get(name: string): readonly string[] | undefined;
}

export interface HttpRequest {
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  /** Path and query as received. */
  readonly target: string;
  readonly fields: HttpFields;
}

/** Content in the form of a Lambda result, so that a hit needs no conversion: text, or bytes in base64. */
export interface HttpContent {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpResponse extends HttpContent {
  readonly status: number;
  readonly fields: HttpFields;
}

/** A stored response: plain data, which the engine and any tier can store. */
export interface StoredResponse extends HttpContent {
  readonly status: number;
  /** As received, without the fields that belong to one connection, one exchange or one user. */
  readonly fields: StoredFields;
  /** The request's fields that Vary names, normalized; null for a field that the request lacked. */
  readonly variant: Variant;
  /** When the request was sent and the response arrived, in ms since 1970 by the wall clock. */
  readonly requestTime: number;
  readonly responseTime: number;
  /** The fields' rules for reuse, computed once, so that a hit parses nothing. */
  readonly reuse: Reuse;
}

export type StoredFields = ReadonlyArray<readonly [name: string, lines: readonly string[]]>;

export type Variant = ReadonlyArray<readonly [name: string, value: string | null]>;

/** How long, and under which conditions, a stored response may be used again. */
export interface Reuse {
  /** When its age was 0, in ms since 1970: the response's time minus its age on arrival. RFC 9111, 4.2.3. */
  readonly bornAt: number;
  /** Freshness lifetime in seconds. RFC 9111, 4.2.1. */
  readonly lifetime: number;
  /** Seconds after that in which it may be served stale: while it is refreshed, and if the origin fails. RFC 5861. */
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  /** no-cache without fields: never without validation. */
  readonly alwaysValidate: boolean;
  /** must-revalidate, proxy-revalidate or s-maxage: never stale because a client accepts it. */
  readonly neverStale: boolean;
  /** Whether it may answer requests with any user's Authorization (RFC 9111, 3.5) and cookies. */
  readonly sharedDespiteAuthorization: boolean;
  readonly sharedDespiteCookies: boolean;
}

/** A request's credentials that are not in its cache key: responses for them must not be shared. */
export interface Credentials {
  /** Authorization, or an authorizer's result. */
  readonly authorization: boolean;
  readonly cookies: boolean;
}

export interface ResponsePolicy {
  /** A tenth of the time since Last-Modified, if a success has no freshness information. @default false. RFC 9111, 4.2.2. */
  readonly heuristics?: boolean;
  /** Freshness lifetime, in seconds, of an error without freshness information. @default 0: it is not stored */
  readonly negativeTtl?: number;
}

/** The wall clock around an exchange with the origin, in ms since 1970. */
export interface ExchangeTimes {
  readonly requestTime: number;
  readonly responseTime: number;
}
