import { type EventRequest, requestOf } from './events/event-request.js';
import { type GatewayEvent, recognize } from './events/gateway-event.js';
import { responseOf, resultOf, withField, type GatewayResult } from './events/result.js';
import { withFields, withoutHidden } from './events/visible-event.js';
import type { Origin, Reply, Resource } from './exchange.js';
import type { HttpRequest } from './message.js';
import type { RequestKeys } from './request-key.js';
import { createResource } from './resource.js';
import type { ResponseCache } from './response-cache.js';

/** A handler of events, as `(event, ...rest) => Promise`. */
export type EventHandler = (event: unknown, ...rest: unknown[]) => unknown;

export interface GatewayHandlerParts {
  readonly keys: RequestKeys;
  readonly responses: ResponseCache;
  /** Whether handlers see only what is in the key. */
  readonly removeUnkeyed: boolean;
  /** Calls a handler past the cache, and counts the bypass. */
  bypass(call: () => unknown): Promise<unknown>;
}

/** Puts the cache in front of a handler of HTTP events. Other events go to the handler unchanged. */
export function cacheEvents(handle: EventHandler, { keys, responses, removeUnkeyed, bypass }: GatewayHandlerParts): EventHandler {
  const visible = removeUnkeyed ? keys : keys.ignores ? keys.unlessIgnored : undefined;
  const seenOf = (source: GatewayEvent) => visible === undefined ? source : withoutHidden(source, visible);
  return async (event, ...rest) => {
    const source = recognize(event);
    const request = source && readableRequest(source);
    if (source === undefined || request === undefined) {
      return bypass(() => handle(event, ...rest));
    }
    const keyed = keys.of(request);
    const isCached = typeof keyed === 'object';
    let known: Resource | undefined;
    const resource = () => known ??= createResource(request, keys);
    const origin: Origin<unknown> = async (sent: HttpRequest) => {
      const seen = isCached ? seenOf(source) : source;
      const given = withFields(seen, request.fields, sent.fields);
      // Handlers change their events, and the original request is needed afterwards too.
      request.fields.detach?.();
      resource();
      const returned = await handle(given, ...rest);
      return { returned, response: responseOf(source, returned) };
    };
    const reply = isCached ? responses.answer(request, keyed, resource, origin) : responses.pass(request, keyed, origin, resource);
    // A hit does not wait for anything.
    return resultFor(source, reply instanceof Promise ? await reply : reply);
  };
}

/** Undefined if an event contradicts itself: it is unknown what its handler would read. */
function readableRequest(source: GatewayEvent): EventRequest | undefined {
  try {
    return requestOf(source);
  } catch {
    return undefined;
  }
}

function resultFor(source: GatewayEvent, reply: Reply<unknown>): unknown {
  if ('response' in reply) {
    return resultOf(source, reply.response);
  }
  const { returned, cacheStatus } = reply;
  return cacheStatus === undefined ? returned : withField(source, returned as GatewayResult, 'cache-status', cacheStatus);
}
