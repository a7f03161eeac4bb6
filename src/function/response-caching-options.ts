import { Duration } from 'aws-cdk-lib';
import { Identity } from './identity';

/**
 * Options of responses that are cached by the rules of HTTP.
 */
export interface HttpResponseCachingOptions {
  /**
   * The parts of a request that name its user or tenant.
   *
   * @default - none: requests with credentials, or with cookies that are not ignored, only get stored responses that are `public`
   */
  readonly varyBy?: Identity[];

  /**
   * Request fields that are in the key, besides those that responses name in Vary.
   *
   * @default - none
   */
  readonly headers?: string[];

  /**
   * The only query parameters that are in the key; the handler sees no others. A trailing `*` matches any suffix.
   *
   * @default - all parameters
   */
  readonly includeQuery?: string[];

  /**
   * Query parameters that are not in the key, for example `utm_*`; the handler does not see them. A trailing `*` matches any suffix.
   *
   * @default - none
   */
  readonly ignoreQuery?: string[];

  /**
   * Cookies that do not affect the response, for example `_ga*`; the handler does not see them. A trailing `*` matches any suffix.
   *
   * @default - none
   */
  readonly ignoreCookies?: string[];

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
   * Whether the handler sees only what is in the key: no other request fields, and no other cookies. This prevents cache poisoning: no client
   * can influence a response that others get.
   *
   * @default false
   */
  readonly removeUnkeyed?: boolean;
}
