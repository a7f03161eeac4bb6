import { Duration } from 'aws-cdk-lib';
import { milliseconds } from './check-policy';
import type { HttpResponseCachingOptions } from './response-caching-options';
import type { IdentitySource, ResponseSettings } from '../contract/response-settings';
import { invalidProp } from '../validation/errors';
import { checkOptionNames, NamesOf } from '../validation/option-names';
import { assertDuration } from '../validation/property-types';

const NAMES: NamesOf<HttpResponseCachingOptions> = {
  varyBy: true,
  headers: true,
  includeQuery: true,
  ignoreQuery: true,
  ignoreCookies: true,
  negativeTtl: true,
  heuristicFreshness: true,
  removeUnkeyed: true,
};

const LISTS = ['headers', 'includeQuery', 'ignoreQuery', 'ignoreCookies'] as const;

/** A field name, RFC 9110, section 5.1. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Checks the options of cached responses, and puts them into the form that the runtime reads.
 *
 * @internal
 */
export function renderResponses(options: HttpResponseCachingOptions): ResponseSettings {
  checkOptionNames('responses', options, NAMES);
  LISTS.forEach((name) => checkList(name, options[name]));
  const { headers, includeQuery, ignoreQuery, ignoreCookies, negativeTtl, heuristicFreshness, removeUnkeyed } = options;
  const varyBy = options.varyBy?.map((identity) => identity._render());
  checkHeaders(headers ?? []);
  if (includeQuery !== undefined && ignoreQuery !== undefined) {
    throw invalidProp('responses.includeQuery', includeQuery.join(', '), 'must not be set together with ignoreQuery', 'Name either the parameters in the key or those to ignore.');
  }
  checkCookies(varyBy ?? [], ignoreCookies ?? []);
  if (negativeTtl !== undefined) {
    assertDuration('responses.negativeTtl', negativeTtl);
  }
  return {
    ...(varyBy !== undefined && varyBy.length > 0 && { varyBy }),
    ...(headers !== undefined && { headers: headers.map((name) => name.toLowerCase()) }),
    ...(includeQuery !== undefined && { includeQuery }),
    ...(ignoreQuery !== undefined && { ignoreQuery }),
    ...(ignoreCookies !== undefined && { ignoreCookies }),
    ...(negativeTtl !== undefined && { negativeTtlMs: positive(negativeTtl) }),
    ...(heuristicFreshness === true && { heuristicFreshness }),
    ...(removeUnkeyed === true && { removeUnkeyed }),
  };
}

function positive(negativeTtl: Duration): number {
  return milliseconds(negativeTtl, 'responses.negativeTtl');
}

function checkList(name: string, list: unknown): void {
  if (list !== undefined && !(Array.isArray(list) && list.every((item) => typeof item === 'string' && item.trim() !== ''))) {
    throw invalidProp(`responses.${name}`, list, 'must be a list of names', 'Pass non-empty strings.');
  }
}

function checkHeaders(headers: readonly string[]): void {
  for (const name of headers) {
    if (!FIELD_NAME.test(name)) {
      throw invalidProp('a name in responses.headers', name, 'must be a valid header name', 'Pass a name such as accept-language.');
    }
    if (['authorization', 'cookie', 'x-api-key'].includes(name.toLowerCase())) {
      throw invalidProp('a name in responses.headers', name, 'must not be that of a credential', 'To put a user into the key, use `varyBy` with Identity.header() or Identity.cookie().');
    }
  }
}

/** An ignored cookie cannot name the user. */
function checkCookies(varyBy: readonly IdentitySource[], ignoreCookies: readonly string[]): void {
  const isIgnored = (cookie: string) => ignoreCookies.some((name) => name.endsWith('*') ? cookie.startsWith(name.slice(0, -1)) : cookie === name);
  const both = varyBy.find(([kind, name]) => kind === 'cookie' && isIgnored(name));
  if (both !== undefined) {
    throw invalidProp('responses.ignoreCookies', ignoreCookies.join(', '), `must not match '${both[1]}', which is in varyBy`, 'A cookie that identifies the user cannot be ignored.');
  }
}
