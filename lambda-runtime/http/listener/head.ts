import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { HttpResponse } from '../message.js';

type Headers = OutgoingHttpHeaders | readonly OutgoingHttpHeader[] | undefined;

/** A response's current head. */
export function headOf(response: ServerResponse): HttpResponse {
  const headers = Object.entries(response.getHeaders());
  const fields = new Map(headers.map(([name, value]) => [name, Array.isArray(value) ? value : [String(value)]] as const));
  return { status: response.statusCode, fields, body: '', isBase64Encoded: false };
}

/**
 * Sets the arguments of `writeHead` on the response, where other code can read them.
 *
 * @returns the remaining arguments for `writeHead`
 */
export function setHead(response: ServerResponse, status: number, rest: readonly unknown[]): [status: number, text?: string] {
  addHeaders(response, rest.find((arg) => typeof arg === 'object') as Headers);
  response.statusCode = status;
  const text = rest.find((arg) => typeof arg === 'string');
  return text === undefined ? [status] : [status, text];
}

/** Names and values in turn, pairs, or an object: `writeHead` takes all three. */
function addHeaders(response: ServerResponse, headers: Headers): void {
  const pairs = !Array.isArray(headers) ? Object.entries(headers ?? {})
    : Array.isArray(headers[0]) ? headers as unknown as [string, OutgoingHttpHeader][]
      : headers.flatMap((name, index) => index % 2 === 0 ? [[name as string, headers[index + 1] as OutgoingHttpHeader] as const] : []);
  const added = new Set<string>();
  for (const [name, value] of pairs) {
    if (value !== undefined) {
      const lines = Array.isArray(value) ? value.map(String) : String(value);
      if (added.has(name.toLowerCase())) {
        response.appendHeader(name, lines);
      } else {
        response.setHeader(name, lines);
        added.add(name.toLowerCase());
      }
    }
  }
}
