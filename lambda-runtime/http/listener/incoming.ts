import type { IncomingMessage } from 'node:http';
import type { Version2Event } from '../events/gateway-event.js';
import type { HttpFields } from '../message.js';

/** A server's request in the form that the cache reads: only fields, since there is no gateway. */
export function eventOfRequest(request: IncomingMessage): Version2Event {
  const target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/';
  const queryAt = target.indexOf('?');
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return {
    version: '2.0',
    rawPath: queryAt < 0 ? target : target.slice(0, queryAt),
    rawQueryString: queryAt < 0 ? '' : target.slice(queryAt + 1),
    headers: {},
    // A client certificate is a credential too.
    requestContext: {
      http: { method: request.method ?? 'GET' },
      ...((request.socket as { authorized?: boolean }).authorized === true && { authentication: {} }),
    },
    body: coding !== undefined || (length !== undefined && length !== '0') ? 'content' : '',
  };
}

/** Field names in lower case, each with its lines. */
export function fieldsOfRequest({ rawHeaders }: IncomingMessage): Map<string, readonly string[]> {
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
