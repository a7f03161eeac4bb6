/** The rules of RFC 9111 for a shared cache, without I/O: how to handle a request, and the origin's response. */
export type { CacheStatus, ForwardReason } from './cache-status.js';
export { withCacheStatus } from './cache-status.js';
export type { Decision, Forward, GatewayTimeout, Lookup, Serve, ServeStaleAndRefresh } from './decide.js';
export { decide, isCacheable } from './decide.js';
export type {
  Credentials, ExchangeTimes, HttpContent, HttpFields, HttpRequest, HttpResponse, ResponsePolicy, Reuse, StoredFields, StoredResponse, Variant,
} from './message.js';
export type { Answer, Received } from './receive.js';
export { receive, withoutOrigin } from './receive.js';
export type { NotStored } from './store.js';
export { withoutVariant, withVariant } from './vary.js';
