import { runtime } from './current-runtime.js';
import { type AnyHandler, cachedListenerWith, cachedResponseWith } from './http-functions.js';
import { responseHandler } from './response-handler.js';
import { type Listener, listenerOf } from './response-listener.js';
import type { ResponseOptions } from '../http/options.js';

export { Identity, type ResponseOptions } from '../http/options.js';
export type { AnyHandler } from './http-functions.js';
export type { Listener } from './response-listener.js';
export type { Duration } from '../values/duration.js';

/**
 * Puts a cache in front of a handler of HTTP events: those of REST APIs, HTTP APIs, function URLs and Application Load Balancers. Other events
 * reach the handler unchanged. Each response's Cache-Control determines whether it may be stored, and for how long (RFC 9111).
 *
 * ```ts
 * export const handler = cachedResponse(async (event) => ({ statusCode: 200, headers: { 'cache-control': 'max-age=60' }, body: await page(event) }));
 * ```
 *
 * @throws TypeError if an option cannot be used; outside Lambda also if another cache has the name.
 */
export const cachedResponse: <H extends AnyHandler>(handler: H, options?: ResponseOptions) => H = cachedResponseWith(runtime, () => responseHandler);

/**
 * Puts a cache in front of a request listener of Node.js's HTTP server: the function `(request, response)` that Express, Hono, Fastify, Koa and
 * others provide, or your own.
 *
 * ```ts
 * createServer(cachedListener(express().get('/', (request, response) => response.set('Cache-Control', 'max-age=60').send(page()))));
 * ```
 *
 * The listener's response to a request that may be cached is collected before it is sent. If it turns out not to be storable, it is streamed.
 *
 * @throws TypeError if an option cannot be used; outside Lambda also if another cache has the name.
 */
export const cachedListener: <L extends Listener>(listener: L, options?: ResponseOptions) => L = cachedListenerWith(runtime, () => listenerOf);
