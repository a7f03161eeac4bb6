/** Decides which responses may be stored. RFC 9111, 3. */
import { formatDate } from './dates.js';
import { cacheControl } from './directives.js';
import { connectionFields, fieldNames } from './fields.js';
import type { Credentials, ExchangeTimes, HttpRequest, HttpResponse, ResponsePolicy, StoredResponse } from './message.js';
import type { Instructions } from './reuse.js';
import { instructions } from './reuse.js';
import { variantOf } from './vary.js';

export type NotStored =
  /** The method or status is never stored. */
  | 'method' | 'partial'
  /** The response forbids it, or does not allow it. */
  | 'no-store' | 'private' | 'not-explicit' | 'never-fresh' | 'vary'
  /** It is for one user. */
  | 'set-cookie' | 'authorization' | 'cookie'
  /** The request forbids it. */
  | 'request-no-store';

/** Final statuses whose meaning for a cache RFC 9110 defines, and that this cache acts on. */
const UNDERSTOOD = new Set([200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 501]);

export interface Exchange extends ExchangeTimes {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly credentials: Credentials;
  readonly policy: ResponsePolicy;
}

/** The stored form of the response, or the reason why it is not stored. */
export function toStore(exchange: Exchange): StoredResponse | NotStored {
  const { request, response, credentials } = exchange;
  const stated = instructions(response.status, response.fields, exchange, exchange.policy);
  const { directives, reuse } = stated;
  const kept = keptFields(exchange, stated);
  const variant = variantOf(response.fields, request.fields);
  if (request.method !== 'GET') {
    return 'method';
  }
  if (cacheControl(request.fields).has('no-store')) {
    return 'request-no-store';
  }
  if (response.status < 200 || response.status === 206 || response.status === 304) {
    return 'partial';
  }
  if (directives.has('must-understand') ? !UNDERSTOOD.has(response.status) : directives.has('no-store')) {
    return 'no-store';
  }
  if (directives.has('private') && !directives.get('private')) {
    return 'private';
  }
  if (kept.has('set-cookie')) {
    return 'set-cookie';
  }
  if (credentials.authorization && !reuse.sharedDespiteAuthorization) {
    return 'authorization';
  }
  if (credentials.cookies && !reuse.sharedDespiteCookies) {
    return 'cookie';
  }
  if (variant === undefined) {
    return 'vary';
  }
  if (!stated.explicit && reuse.lifetime === 0) {
    return 'not-explicit';
  }
  const isUseful = reuse.lifetime > 0 || reuse.staleWhileRevalidate > 0 || reuse.staleIfError > 0 || kept.has('etag') || kept.has('last-modified');
  if (!isUseful) {
    return 'never-fresh';
  }
  return {
    status: response.status,
    fields: [...kept],
    body: response.body,
    isBase64Encoded: response.isBase64Encoded,
    variant,
    requestTime: exchange.requestTime,
    responseTime: exchange.responseTime,
    reuse,
  };
}

/** The fields without those for the connection or one user, and without those that the cache computes; with a Date, which RFC 9110 (6.6.1) requires. */
function keptFields({ response, responseTime }: Exchange, { directives }: Instructions): Map<string, readonly string[]> {
  const kept = new Map(response.fields);
  const forOneUser = [...fieldNames(directives.get('no-cache') ?? ''), ...fieldNames(directives.get('private') ?? '')];
  for (const name of [...connectionFields(response.fields), ...forOneUser, 'age']) {
    kept.delete(name);
  }
  if (!kept.has('date')) {
    kept.set('date', [formatDate(responseTime)]);
  }
  return kept;
}
