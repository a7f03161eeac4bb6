/** The stored responses that an unsafe request invalidates. RFC 9111, 4.4. */
import { fieldValue } from './fields.js';
import type { HttpRequest, HttpResponse } from './message.js';

/** The safe methods (RFC 9110, 9.2.1), and QUERY. All others, even unknown ones, may change something. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY']);

/** Targets on the same host, the request's own first. */
export function targetsToInvalidate(request: HttpRequest, response: HttpResponse): string[] {
  if (SAFE.has(request.method) || response.status >= 400) {
    return [];
  }
  const named = ['location', 'content-location'].flatMap((name) => fieldValue(response.fields, name) ?? []);
  const others = named.flatMap((location) => sameHostTarget(request, location) ?? []);
  return [...new Set([request.target, ...others])];
}

/** The path and query to which a reference in the response resolves, unless it is on another host. */
function sameHostTarget({ scheme, host, target }: HttpRequest, reference: string): string | undefined {
  const base = URL.parse(`${scheme}://${host}${target}`);
  const url = base && URL.parse(reference, base.href);
  return url && url.origin === base.origin ? url.pathname + url.search : undefined;
}
