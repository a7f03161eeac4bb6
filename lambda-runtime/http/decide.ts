/** Decides how to answer a request. RFC 9111, 4. */
import type { CacheStatus, ForwardReason } from './cache-status.js';
import { cacheStatus } from './cache-status.js';
import type { Directives } from './directives.js';
import { cacheControl, seconds } from './directives.js';
import { fieldValue } from './fields.js';
import type { Credentials, HttpFields, HttpRequest, HttpResponse, StoredResponse } from './message.js';
import { ageInMs, freshnessLeft, present } from './present.js';
import { selectVariant } from './vary.js';

export type Decision = Serve | ServeStaleAndRefresh | Forward | GatewayTimeout;

export interface Serve {
  readonly action: 'serve';
  readonly response: HttpResponse;
  readonly stored: StoredResponse;
}

/** The response is stale, and may be served while `refresh` gets a new one. RFC 5861, 3. */
export interface ServeStaleAndRefresh {
  readonly action: 'serveStaleAndRefresh';
  readonly response: HttpResponse;
  readonly stored: StoredResponse;
  readonly refresh: Forward;
}

/** The origin must answer: whether the stored response is still good (`revalidate`), or with a new one. */
export interface Forward {
  readonly action: 'revalidate' | 'origin';
  /** The request to send. */
  readonly request: HttpRequest;
  readonly reason: ForwardReason;
  /** The stored response that the request selects: a 304 confirms it, and any other response replaces it. */
  readonly stored?: StoredResponse;
}

/** The client does not want the origin's response (only-if-cached), and no stored response can be used. */
export interface GatewayTimeout {
  readonly action: 'gatewayTimeout';
  readonly response: HttpResponse;
}

export interface Lookup {
  readonly request: HttpRequest;
  /** The responses stored under the request's key. */
  readonly variants: readonly StoredResponse[];
  /** Ms since 1970. */
  readonly now: number;
  readonly credentials: Credentials;
  /** Whether another request has just fetched these variants. */
  readonly collapsed?: boolean;
  /** Whether the origin must confirm even a fresh one: it may have changed in another environment. */
  readonly unconfirmed?: boolean;
}

export function isCacheable(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function decide(lookup: Lookup): Decision {
  const { request, variants, now, credentials, collapsed, unconfirmed } = lookup;
  if (!isCacheable(request.method)) {
    return forward(request, 'method');
  }
  const stored = selectVariant(variants, request.fields);
  if (stored === undefined) {
    const reason = variants.length === 0 ? 'uri-miss' : 'vary-miss';
    return onlyIfCached(requestDirectives(request.fields)) ?? forward(request, reason);
  }
  const { reuse } = stored;
  if (credentials.authorization && !reuse.sharedDespiteAuthorization || credentials.cookies && !reuse.sharedDespiteCookies) {
    return onlyIfCached(requestDirectives(request.fields)) ?? forward(request, 'bypass');
  }
  // The origin must evaluate If-Match and If-Unmodified-Since, and no stored response can replace its answer. RFC 9111, 4.3.2.
  if (request.fields.has('if-match') || request.fields.has('if-unmodified-since')) {
    return forward(request, 'request');
  }

  const left = freshnessLeft(stored, now);
  const directives = requestDirectives(request.fields);
  const wants = unconfirmed ? undefined : whatClientWants(directives, stored, now, left);
  if (wants === 'fresh' && left > 0 && !reuse.alwaysValidate) {
    return { action: 'serve', stored, response: present(stored, request, now, { hit: true, ttl: left, collapsed }) };
  }
  if (wants === 'stale' && !reuse.neverStale) {
    return { action: 'serve', stored, response: present(stored, request, now, { hit: true, ttl: left, collapsed, detail: 'max-stale' }) };
  }
  if (wants === 'fresh' && left <= 0 && -left < reuse.staleWhileRevalidate) {
    const response = present(stored, request, now, { hit: true, ttl: left, collapsed });
    if (request.method === 'HEAD') {
      // The next GET refreshes it: the answer to HEAD has no content to store.
      return { action: 'serve', stored, response };
    }
    const whole = { ...request, fields: without(request.fields, ['range', 'if-range', 'if-none-match', 'if-modified-since']) };
    return {
      action: 'serveStaleAndRefresh',
      stored,
      response,
      refresh: forward(whole, 'stale', stored),
    };
  }
  const reason = wants === 'validated' || wants !== undefined && left > 0 && !reuse.alwaysValidate ? 'request' : 'stale';
  return onlyIfCached(directives) ?? forward(request, reason, stored);
}

/** Whether the stored response may be used as fresh, as stale, or only if the origin confirms it. */
type Wants = 'fresh' | 'stale' | 'validated';

/** By the request's directives, which RFC 9111 (5.2.1) makes optional for caches; this one obeys them. */
function whatClientWants(directives: Directives, stored: StoredResponse, now: number, left: number): Wants {
  if (directives.size === 0) {
    return 'fresh';
  }
  if (directives.has('no-cache') || directives.has('no-store')) {
    return 'validated';
  }
  if (ageInMs(stored, now) / 1000 > (seconds(directives, 'max-age') ?? Infinity)) {
    return 'validated';
  }
  if (left > 0) {
    return left > (seconds(directives, 'min-fresh') ?? 0) ? 'fresh' : 'validated';
  }
  if (directives.has('max-stale')) {
    return directives.get('max-stale') === null || -left <= seconds(directives, 'max-stale')! ? 'stale' : 'validated';
  }
  return directives.has('max-age') || directives.has('min-fresh') ? 'validated' : 'fresh';
}

/** Pragma replaces Cache-Control if a request has none. RFC 9111, 5.4. */
function requestDirectives(fields: HttpFields): Directives {
  if (!fields.has('cache-control') && fieldValue(fields, 'pragma')?.toLowerCase().includes('no-cache')) {
    return new Map([['no-cache', null]]);
  }
  return cacheControl(fields);
}

function onlyIfCached(directives: Directives): GatewayTimeout | undefined {
  const status: CacheStatus = { detail: 'only-if-cached' };
  return !directives.has('only-if-cached') ? undefined : {
    action: 'gatewayTimeout',
    response: { status: 504, fields: new Map([['cache-status', [cacheStatus(status)]]]), body: '', isBase64Encoded: false },
  };
}

/** The request with the stored response's validators instead of the client's. RFC 9111, 4.3.1. */
function forward(request: HttpRequest, reason: ForwardReason, stored?: StoredResponse): Forward {
  const etag = stored?.fields.find(([name]) => name === 'etag')?.[1];
  const lastModified = stored?.fields.find(([name]) => name === 'last-modified')?.[1];
  if (etag === undefined && lastModified === undefined) {
    return { action: 'origin', request, reason, stored };
  }
  const fields = without(request.fields, ['if-none-match', 'if-modified-since']);
  if (etag !== undefined) {
    fields.set('if-none-match', etag);
  }
  if (lastModified !== undefined) {
    fields.set('if-modified-since', lastModified);
  }
  return { action: 'revalidate', request: { ...request, fields }, reason, stored };
}

function without(fields: HttpFields, names: readonly string[]): Map<string, readonly string[]> {
  const rest = new Map(fields);
  names.forEach((name) => rest.delete(name));
  return rest;
}
