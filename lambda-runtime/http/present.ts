/** Turns a stored response into the answer to a request: whole, without content, partial, or 304. RFC 9110, 13 and 14; RFC 9111, 4. */
import type { CacheStatus } from './cache-status.js';
import { cacheStatus } from './cache-status.js';
import { parseDate } from './dates.js';
import { matchesWeakly } from './etags.js';
import { fieldValue } from './fields.js';
import type { HttpFields, HttpRequest, HttpResponse, StoredResponse } from './message.js';
import { PresentedFields } from './presented-fields.js';
import { contentRange } from './range.js';

export function ageInMs(stored: StoredResponse, now: number): number {
  return Math.max(0, now - stored.reuse.bornAt);
}

/** Seconds of freshness left; negative if it is stale. */
export function freshnessLeft(stored: StoredResponse, now: number): number {
  return stored.reuse.lifetime - ageInMs(stored, now) / 1000;
}

export function present(stored: StoredResponse, request: HttpRequest, now: number, status: CacheStatus): HttpResponse {
  const fields = new PresentedFields(stored.fields, String(Math.floor(ageInMs(stored, now) / 1000)), cacheStatus(status));
  if (stored.status === 200 && isNotModified(stored, fields, request.fields, now)) {
    return { status: 304, fields: withoutRepresentation(fields), body: '', isBase64Encoded: false };
  }
  if (request.method === 'HEAD') {
    return { status: stored.status, fields, body: '', isBase64Encoded: false };
  }
  const range = request.fields.get('range');
  if (range !== undefined && stored.status === 200 && rangeApplies(fields, request.fields, now)) {
    return contentRange(range, stored, fields) ?? { status: stored.status, fields, body: stored.body, isBase64Encoded: stored.isBase64Encoded };
  }
  return { status: stored.status, fields, body: stored.body, isBase64Encoded: stored.isBase64Encoded };
}

/** By the client's If-None-Match or, without one, its If-Modified-Since. RFC 9111, 4.3.2. */
function isNotModified(stored: StoredResponse, fields: HttpFields, request: HttpFields, now: number): boolean {
  const etags = fieldValue(request, 'if-none-match');
  if (etags !== undefined) {
    return matchesWeakly(fieldValue(fields, 'etag'), etags);
  }
  const since = parseDate(fieldValue(request, 'if-modified-since'), now);
  return since !== undefined && modifiedAt(stored, fields, now) <= since;
}

function modifiedAt(stored: StoredResponse, fields: HttpFields, now: number): number {
  return parseDate(fieldValue(fields, 'last-modified'), now) ?? parseDate(fieldValue(fields, 'date'), now) ?? stored.responseTime;
}

/** Whether the client wants a part of exactly this content, by If-Range, which compares strongly. RFC 9110, 13.1.5. */
function rangeApplies(fields: HttpFields, request: HttpFields, now: number): boolean {
  const condition = fieldValue(request, 'if-range');
  const lastModified = fieldValue(fields, 'last-modified');
  if (condition === undefined || condition.startsWith('"')) {
    return condition === undefined || condition === fieldValue(fields, 'etag');
  }
  // A date is strong if the content did not change again within the same second. RFC 9110, 8.8.2.2.
  const modified = parseDate(lastModified, now);
  const date = parseDate(fieldValue(fields, 'date'), now);
  return lastModified === condition && modified !== undefined && date !== undefined && date - modified >= 1000;
}

/** The fields that a 304 omits, since the client already has the content and its metadata. RFC 9110, 15.4.5. */
const REPRESENTATION = ['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-range', 'content-type'];

function withoutRepresentation(fields: HttpFields): HttpFields {
  const rest = new Map(fields);
  for (const name of fields.has('etag') ? [...REPRESENTATION, 'last-modified'] : REPRESENTATION) {
    rest.delete(name);
  }
  return rest;
}
