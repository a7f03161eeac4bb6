import type { LazyFields } from '../lazy-fields.js';
import type { HttpFields, HttpRequest } from '../message.js';
import { isSpecial } from '../special-fields.js';
import { EventFields } from './event-fields.js';
import { type Lines, fieldsOf, OddEventError } from './fields.js';
import { type GatewayEvent, isObject } from './gateway-event.js';
import { mappedParameters, mappedQuery, type Parameter, rawParameters } from './query.js';

/** A request in an event. */
export interface EventRequest extends HttpRequest {
  readonly source: GatewayEvent;
  readonly fields: HttpFields & Partial<Pick<LazyFields, 'detach'>>;
  /** Whether any field is special (special-fields.ts); if not, they need not be searched one by one. */
  readonly hasSpecialFields: boolean;
  /** Path without the query. */
  readonly path: string;
  /** The query as it appears in the target; empty without one. */
  readonly query: string;
  /** Whether it has content, which is not part of a cache's key. */
  readonly hasContent: boolean;
}

/**
 * The request in an event.
 *
 * @throws OddEventError if the event contradicts itself or is malformed
 */
export function requestOf(source: GatewayEvent): EventRequest {
  const { event } = source;
  const isVersion2 = source.format === 'http';
  const path = isVersion2 ? source.event.rawPath : source.event.path;
  const query = isVersion2 ? source.event.rawQueryString
    : mappedQuery(source.event.queryStringParameters, source.event.multiValueQueryStringParameters, source.format === 'alb');
  const { fields, hasSpecialFields } = fieldsIn(source);
  const { domainName } = event.requestContext;
  return {
    source,
    method: isVersion2 ? source.event.requestContext.http.method : source.event.httpMethod,
    scheme: fields.get('x-forwarded-proto')?.join() ?? 'https',
    host: fields.get('host')?.join() ?? (typeof domainName === 'string' ? domainName : ''),
    path,
    query,
    target: query === '' ? path : `${path}?${query}`,
    fields,
    hasSpecialFields,
    hasContent: event.body !== undefined && event.body !== null && event.body !== '',
  };
}

/** The parameters of the event's query, in their order. */
export function parametersOf({ format, event }: GatewayEvent): readonly Parameter[] {
  return format === 'http'
    ? rawParameters(event.rawQueryString)
    // An ALB passes parameters on unchanged, a REST API decodes them.
    : mappedParameters(event.queryStringParameters, event.multiValueQueryStringParameters, format === 'alb');
}

/** The parts of the event in which the gateway identifies the caller: the authorizer's context, IAM, the certificate. */
export function callersOf({ format, event: { requestContext } }: GatewayEvent): readonly unknown[] {
  const part = (name: string) => isObject(requestContext[name]) ? requestContext[name] : undefined;
  const authorizer = part('authorizer');
  return format === 'http'
    ? [authorizer?.lambda, authorizer?.iam, part('authentication')?.clientCert]
    : [authorizer, part('identity'), part('identity')?.clientCert];
}

/** The request's route in the gateway, and its path in the gateway's context. */
export function routeOf({ format, event }: GatewayEvent): { readonly route: unknown; readonly contextPath: unknown } {
  return format === 'http'
    ? { route: event.routeKey, contextPath: event.requestContext.http.path }
    : { route: event.resource, contextPath: event.requestContext.path };
}

function fieldsIn(source: GatewayEvent): Pick<EventRequest, 'fields' | 'hasSpecialFields'> {
  const { headers } = source.event;
  const multi = source.format === 'http' ? undefined : source.event.multiValueHeaders;
  if (source.format !== 'http' || (source.event.cookies?.length ?? 0) === 0) {
    const fields = EventFields.of(headers, multi);
    if (fields !== undefined) {
      return { fields, hasSpecialFields: fields.hasSpecial };
    }
  }
  const fields = fieldsOf(headers, multi);
  if (source.format === 'http') {
    addCookies(fields, source.event.cookies);
  }
  return { fields, hasSpecialFields: [...fields.keys()].some(isSpecial) };
}

/** Format 2.0 has cookies in a separate list; function URLs also keep the field. */
function addCookies(fields: Lines, cookies: readonly string[] | null | undefined): void {
  if (cookies === undefined || cookies === null) {
    return;
  }
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) {
    throw new OddEventError();
  }
  if (cookies.length > 0) {
    const line = cookies.join('; ');
    const lines = fields.get('cookie') ?? [];
    fields.set('cookie', lines.includes(line) ? lines : [...lines, line]);
  }
}
