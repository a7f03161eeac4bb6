/** Decides how to handle the origin's response. RFC 9111, 3.2, 4.3.3 to 4.3.5 and 4.4. */
import { withCacheStatus } from './cache-status.js';
import type { Forward } from './decide.js';
import { confirms } from './etags.js';
import { connectionFields, fieldValue } from './fields.js';
import { targetsToInvalidate } from './invalidation.js';
import type { HttpFields, HttpRequest, HttpResponse, StoredResponse } from './message.js';
import { freshnessLeft, present } from './present.js';
import type { Exchange, NotStored } from './store.js';
import { toStore } from './store.js';

/** The origin's response to `forward`, which the cache sent for `request`. */
export interface Answer extends Omit<Exchange, 'request'> {
  readonly request: HttpRequest;
  readonly forward: Forward;
}

export interface Received {
  /** The client's response. */
  readonly response: HttpResponse;
  /** Whether that is the origin's response, unchanged except for Cache-Status. */
  readonly isOrigins: boolean;
  /** The response to store under the request's key, replacing the one that the same requests select. */
  readonly put?: StoredResponse;
  /** The stored response that is no longer good, and has no replacement. */
  readonly drop?: StoredResponse;
  readonly notStored?: NotStored;
  /** Paths with query, on this host, whose stored responses are no longer good. */
  readonly invalidate: readonly string[];
}

export function receive(answer: Answer): Received {
  const { request, response, forward: { stored, action } } = answer;
  if (response.status >= 500 && stored !== undefined && mayHideFailure(stored, answer.responseTime)) {
    return { response: staleResponse(answer, stored), isOrigins: false, invalidate: [] };
  }
  if (response.status === 304 && stored !== undefined && action === 'revalidate') {
    return confirmed(answer, stored);
  }
  if (request.method === 'HEAD') {
    return headReceived(answer);
  }
  return replaced(answer);
}

/** Only a stored response that states stale-if-error, fresh or not: a fresh one is here because it has to be validated, or its client wants that. RFC 5861, 4. */
function mayHideFailure(stored: StoredResponse, now: number): boolean {
  const { staleIfError } = stored.reuse;
  return staleIfError > 0 && -freshnessLeft(stored, now) < staleIfError;
}

/** How many seconds a stale response may be served, if it does not forbid that, when the origin does not answer at all. RFC 9111, 4.2.4: a disconnected cache. */
const STALE_IF_UNREACHABLE = 60;

/** A stale response instead of the origin's. */
export function withoutOrigin(answer: Omit<Answer, 'response'>): HttpResponse | undefined {
  const { forward: { stored }, responseTime } = answer;
  return stored !== undefined && responseTime < usableWithoutOriginUntil(stored) ? staleResponse(answer, stored) : undefined;
}

/** Until when it may replace a response from an origin that does not answer, in ms since 1970: by its own fields, or for a minute. RFC 5861, 4; RFC 9111, 4.2.4. */
function usableWithoutOriginUntil({ reuse }: StoredResponse): number {
  const disconnected = reuse.neverStale ? 0 : STALE_IF_UNREACHABLE;
  const seconds = Math.max(reuse.staleIfError, disconnected);
  return seconds === 0 ? 0 : reuse.bornAt + (reuse.lifetime + seconds) * 1000;
}

function staleResponse(answer: Omit<Answer, 'response'> & Partial<Answer>, stored: StoredResponse): HttpResponse {
  const { request, responseTime, forward, response } = answer;
  const ttl = freshnessLeft(stored, responseTime);
  return present(stored, request, responseTime, { forwarded: forward.reason, forwardedStatus: response?.status, ttl, detail: 'stale-if-error' });
}

/** 304: the stored response is good, with the 304's fields. */
function confirmed(answer: Answer, stored: StoredResponse): Received {
  const { request, response, responseTime, forward } = answer;
  const updated = freshened(answer, stored);
  const used = typeof updated === 'object' ? updated : stored;
  const status = { forwarded: forward.reason, forwardedStatus: 304, stored: typeof updated === 'object', ttl: freshnessLeft(used, responseTime) };
  const presented = present(used, request, responseTime, status);
  // A cookie is only for this client.
  const cookies = response.fields.get('set-cookie');
  return {
    response: cookies === undefined ? presented : { ...presented, fields: new Map(presented.fields).set('set-cookie', cookies) },
    isOrigins: false,
    put: typeof updated === 'object' ? updated : undefined,
    drop: updated === 'no-store' || updated === 'private' || updated === 'vary' ? stored : undefined,
    notStored: typeof updated === 'string' && updated !== 'unconfirmed' ? updated : undefined,
    invalidate: [],
  };
}

/** The stored response with the newer fields, unless they describe other content. RFC 9111, 3.2. */
function freshened(answer: Answer, stored: StoredResponse): StoredResponse | NotStored | 'unconfirmed' {
  const fields = new Map<string, readonly string[]>(stored.fields);
  const newer = answer.response.fields;
  if (!confirms(fieldValue(newer, 'etag'), fieldValue(fields, 'etag'))) {
    return 'unconfirmed';
  }
  // Without a Date, its time is that of its arrival, not that of the response that it confirms.
  fields.delete('date');
  const skipped = new Set([...connectionFields(newer), 'content-length', 'cache-status']);
  for (const [name, lines] of newer) {
    if (!skipped.has(name)) {
      fields.set(name, lines);
    }
  }
  const merged: HttpResponse = { status: stored.status, fields, body: stored.body, isBase64Encoded: stored.isBase64Encoded };
  return toStore({ ...answer, request: { ...answer.request, method: 'GET' }, response: merged });
}

/** A response to HEAD confirms the stored one if it names the same content, and disproves it otherwise. RFC 9111, 4.3.5. */
function headReceived(answer: Answer): Received {
  const { response, forward: { stored } } = answer;
  if (stored === undefined || response.status !== 200) {
    return { response: forwarded(answer, false), isOrigins: true, notStored: 'method', invalidate: [] };
  }
  const same = sameContent(new Map(stored.fields), response.fields);
  if (same === undefined) {
    return { response: forwarded(answer, false), isOrigins: true, notStored: 'method', invalidate: [] };
  }
  const updated = same ? freshened(answer, stored) : 'unconfirmed';
  const put = typeof updated === 'object' ? updated : undefined;
  return { response: forwarded(answer, put !== undefined), isOrigins: true, put, drop: put === undefined ? stored : undefined, invalidate: [] };
}

/** Undefined if the newer fields have no validators: then they confirm nothing. */
function sameContent(stored: HttpFields, newer: HttpFields): boolean | undefined {
  const differs = (name: string) => newer.has(name) && fieldValue(newer, name) !== fieldValue(stored, name);
  if (differs('etag') || differs('last-modified') || stored.has('content-length') && differs('content-length')) {
    return false;
  }
  return newer.has('etag') || newer.has('last-modified') ? true : undefined;
}

function replaced(answer: Answer): Received {
  const { request, response, forward: { stored } } = answer;
  const invalidate = targetsToInvalidate(request, response);
  const storable = toStore(answer);
  if (typeof storable === 'object') {
    return { response: forwarded(answer, true), isOrigins: true, put: storable, invalidate };
  }
  // A response that must not be stored still makes the stored one old. An error, or a response for this request only, does not.
  const isOld = stored !== undefined && (response.status < 400 || GONE.has(response.status)) && !ABOUT_THE_REQUEST.has(storable);
  return { response: forwarded(answer, false, storable), isOrigins: true, drop: isOld ? stored : undefined, notStored: storable, invalidate };
}

const GONE = new Set([404, 410]);

const ABOUT_THE_REQUEST = new Set<NotStored>(['method', 'partial', 'authorization', 'cookie', 'request-no-store']);

/** @param detail why it is not stored, for debugging */
function forwarded({ response, forward }: Answer, stored: boolean, detail?: NotStored): HttpResponse {
  return { ...response, fields: withCacheStatus(response.fields, { forwarded: forward.reason, forwardedStatus: response.status, stored, detail }) };
}
