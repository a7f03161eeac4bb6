import type { EventRequest } from './events/event-request.js';
import type { Resource } from './exchange.js';
import type { RequestKeys } from './request-key.js';

/** Longer tags are hashed, since tiers limit the size of keys. */
const MAX_TAG_LENGTH = 150;

/** The resource of a request, for all clients: all responses stored for its URI. */
export function createResource(request: EventRequest, keys: RequestKeys): Resource {
  const { host, path, source } = request;
  const { stage, path: contextPath } = source.event.requestContext;
  const tagOf = (target: string) => {
    const text = `uri:${host.toLowerCase()}:${String(stage ?? '')}:${normalized(target, keys)}`;
    return text.length <= MAX_TAG_LENGTH ? text : `uri:${sha256(text)}`;
  };
  // A REST API's paths lack the URL's stage, or a domain's base path.
  const prefix = typeof contextPath === 'string' && contextPath.endsWith(path) ? contextPath.slice(0, contextPath.length - path.length) : '';
  return {
    get tag() {
      return tagOf(request.target);
    },
    tagOf: (target) => tagOf(prefix !== '' && target.startsWith(`${prefix}/`) ? target.slice(prefix.length) : target),
  };
}

/** A normalized path and keyed query, since gateways encode them in different ways. */
function normalized(target: string, keys: RequestKeys): string {
  const url = URL.parse(target, 'http://host');
  return url === null ? target : `${url.pathname}?${new URLSearchParams(keys.rawQueryOf(url.search.slice(1)))}`;
}

function sha256(text: string): string {
  // Loaded on demand: most resources have short URIs, and node:crypto costs start-up time.
  return process.getBuiltinModule('node:crypto').hash('sha256', text, 'base64url');
}
