/** How long a response may be reused, and how. RFC 9111, 4.2; RFC 5861. */
import { parseDate } from './dates.js';
import type { Directives } from './directives.js';
import { cacheControl, seconds, targetedCacheControl } from './directives.js';
import { fieldValue, listMembers } from './fields.js';
import type { ExchangeTimes, HttpFields, ResponsePolicy, Reuse } from './message.js';

/** The success and redirection statuses that RFC 9110 (15.1) calls heuristically cacheable; errors need an explicit directive. */
const HEURISTIC = new Set([200, 203, 204, 300, 301, 308]);

/** Errors about the resource or the origin, for any client: not about this request's sender or rate. */
const NEGATIVE = new Set([404, 405, 410, 414, 451, 500, 501, 502, 503, 504]);

const MAX_HEURISTIC_SECONDS = 24 * 60 * 60;

/** A response's rules for this cache, from its fields. */
export interface Instructions {
  readonly directives: Directives;
  /** Whether they allow reuse explicitly, not just by default. */
  readonly explicit: boolean;
  readonly reuse: Reuse;
}

export function instructions(status: number, fields: HttpFields, times: ExchangeTimes, policy: ResponsePolicy): Instructions {
  const targeted = targetedCacheControl(fields);
  const directives = targeted ?? cacheControl(fields);
  const date = parseDate(fieldValue(fields, 'date'), times.responseTime) ?? times.responseTime;
  const explicitLifetime = seconds(directives, 's-maxage') ?? seconds(directives, 'max-age')
    ?? (targeted === undefined ? expiresAfter(fields, date, times.responseTime) : undefined);

  const alwaysValidate = directives.has('no-cache') && !directives.get('no-cache');
  const mustRevalidate = directives.has('must-revalidate');
  const isPublic = directives.has('public') || directives.has('s-maxage');
  // s-maxage forbids stale responses too, unless the same response allows them explicitly.
  const forbidsStale = alwaysValidate || mustRevalidate || directives.has('proxy-revalidate');
  return {
    directives,
    explicit: explicitLifetime !== undefined || isPublic || alwaysValidate,
    reuse: {
      bornAt: times.responseTime - initialAge(fields, date, times),
      lifetime: explicitLifetime ?? impliedLifetime(status, fields, date, directives, policy),
      staleWhileRevalidate: forbidsStale ? 0 : seconds(directives, 'stale-while-revalidate') ?? 0,
      staleIfError: forbidsStale ? 0 : seconds(directives, 'stale-if-error') ?? 0,
      alwaysValidate,
      neverStale: forbidsStale || directives.has('s-maxage'),
      sharedDespiteAuthorization: isPublic || mustRevalidate,
      sharedDespiteCookies: isPublic,
    },
  };
}

/** By Expires: anything other than a single date means stale. RFC 9111, 5.3. */
function expiresAfter(fields: HttpFields, date: number, now: number): number | undefined {
  const expires = fieldValue(fields, 'expires');
  return expires === undefined ? undefined : Math.max(0, ((parseDate(expires, now) ?? date) - date) / 1000);
}

function impliedLifetime(status: number, fields: HttpFields, date: number, directives: Directives, policy: ResponsePolicy): number {
  if (status >= 400 && !directives.has('public')) {
    return NEGATIVE.has(status) ? policy.negativeTtl ?? 0 : 0;
  }
  const lastModified = parseDate(fieldValue(fields, 'last-modified'), date);
  const guesses = policy.heuristics && (HEURISTIC.has(status) || directives.has('public'))
    && !(fieldValue(fields, 'pragma')?.toLowerCase().includes('no-cache'));
  return !guesses || lastModified === undefined ? 0 : Math.min(Math.max(0, (date - lastModified) / 10_000), MAX_HEURISTIC_SECONDS);
}

/** In ms: by Age, the time the exchange took, and Date. RFC 9111, 4.2.3. */
function initialAge(fields: HttpFields, date: number, { requestTime, responseTime }: ExchangeTimes): number {
  const age = listMembers(fieldValue(fields, 'age') ?? '')[0] ?? '';
  const received = /^\d+$/.test(age) ? Number(age) * 1000 : 0;
  return Math.max(0, responseTime - date, received + Math.max(0, responseTime - requestTime));
}
