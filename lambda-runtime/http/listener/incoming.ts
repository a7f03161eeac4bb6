import type { IncomingMessage } from 'node:http';
import type { EventRequest } from '../events/event-request.js';
import type { HttpFields } from '../message.js';

/** The client's request, with its original field lines, in the form that the cache reads: as if in an event without anything from a gateway. */
export function requestFrom(client: IncomingMessage): EventRequest {
  const method = client.method ?? 'GET';
  const target = (client as { originalUrl?: string }).originalUrl ?? client.url ?? '/';
  const queryAt = target.indexOf('?');
  const path = queryAt < 0 ? target : target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : target.slice(queryAt + 1);
  const fields = fieldsOf(client);
  // A client certificate is a credential too.
  const certificate = (client.socket as { authorized?: boolean }).authorized === true && { authentication: {} };
  const { 'content-length': length, 'transfer-encoding': coding } = client.headers;
  return {
    source: {
      format: 'http',
      event: { version: '2.0', rawPath: path, rawQueryString: query, headers: {}, requestContext: { http: { method }, ...certificate } },
    },
    method,
    scheme: fields.get('x-forwarded-proto')?.join() ?? 'https',
    host: fields.get('host')?.join() ?? '',
    path,
    query,
    target: query === '' ? path : target,
    fields,
    hasSpecialFields: true,
    hasContent: coding !== undefined || (length !== undefined && length !== '0'),
  };
}

/** Field names in lower case, each with its lines. */
function fieldsOf({ rawHeaders }: IncomingMessage): Map<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index].toLowerCase();
    fields.set(name, [...fields.get(name) ?? [], rawHeaders[index + 1]]);
  }
  return fields;
}

/** A separate request for the listener, with these fields, and with properties that middleware has set on the client's. */
export function requestFor(client: IncomingMessage, fields: HttpFields, url: string): IncomingMessage {
  const { IncomingMessage: Message } = process.getBuiltinModule('node:http');
  const request = new Message(client.socket);
  const { method, httpVersion, httpVersionMajor, httpVersionMinor } = client;
  Object.assign(request, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, complete: true });
  request.rawHeaders = [...fields].flatMap(([name, lines]) => lines.flatMap((line) => [name, line]));
  request.headers = Object.fromEntries([...fields].map(([name, lines]) => [name, name === 'set-cookie' ? [...lines] : lines.join(name === 'cookie' ? '; ' : ', ')]));
  for (const name of Object.keys(client)) {
    if (!(name in request)) {
      Object.assign(request, { [name]: (client as unknown as Record<string, unknown>)[name] });
    }
  }
  request.push(null);
  return request;
}
