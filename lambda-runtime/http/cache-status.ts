/** How this cache handled a request, in the response's Cache-Status. RFC 9211. */
import type { HttpFields } from './message.js';

const CACHE_NAME = 'cdk-cached-function';

/** Why a request went to the origin. RFC 9211, 2.2. */
export type ForwardReason = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'request' | 'stale';

export interface CacheStatus {
  readonly hit?: boolean;
  readonly forwarded?: ForwardReason;
  readonly forwardedStatus?: number;
  /** Seconds of freshness left; less than 0 for a stale response. */
  readonly ttl?: number;
  readonly stored?: boolean;
  /** The request waited for another request's response. */
  readonly collapsed?: boolean;
  /** A token with more detail, for humans. */
  readonly detail?: string;
}

/** The fields with this cache's part in Cache-Status, after those of the caches nearer to the origin. */
export function withCacheStatus(fields: HttpFields, status: CacheStatus): HttpFields {
  return new Map(fields).set('cache-status', [...fields.get('cache-status') ?? [], cacheStatus(status)]);
}

export function cacheStatus({ hit, forwarded, forwardedStatus, ttl, stored, collapsed, detail }: CacheStatus): string {
  return CACHE_NAME + (hit ? '; hit' : '')
    + (forwarded === undefined ? '' : `; fwd=${forwarded}`)
    + (forwardedStatus === undefined ? '' : `; fwd-status=${forwardedStatus}`)
    + (ttl === undefined ? '' : `; ttl=${Math.floor(ttl)}`)
    + (stored ? '; stored' : '')
    + (collapsed ? '; collapsed' : '')
    + (detail === undefined ? '' : `; detail=${detail}`);
}
