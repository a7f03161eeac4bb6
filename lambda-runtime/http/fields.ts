/** Field values. RFC 9110, 5. */
import type { HttpFields } from './message.js';

/** The field's value: its lines, combined. */
export function fieldValue(fields: HttpFields, name: string): string | undefined {
  const lines = fields.get(name);
  return lines === undefined ? undefined : lines.length === 1 ? lines[0] : lines.join(', ');
}

/** The members of a comma-separated list, in which a quoted string can hold commas. Empty members do not count. RFC 9110, 5.6.1. */
export function listMembers(list: string): string[] {
  return (list.includes('"') ? splitAroundQuotes(list) : list.split(',')).map((member) => member.trim()).filter((member) => member !== '');
}

/** In one pass, since the text can come from a client. An unclosed quote is an ordinary character. */
function splitAroundQuotes(list: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quotesClose = true;
  for (let at = 0; at < list.length; at += 1) {
    if (list[at] === ',') {
      parts.push(list.slice(start, at));
      start = at + 1;
    } else if (list[at] === '"' && quotesClose) {
      const end = closingQuote(list, at);
      quotesClose = end !== -1;
      at = quotesClose ? end : at;
    }
  }
  parts.push(list.slice(start));
  return parts;
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '"') {
      return at;
    }
    at += text[at] === '\\' ? 1 : 0;
  }
  return -1;
}

/** Names in a list of field names, such as Connection, Vary, or the argument of `private`. */
export function fieldNames(list: string | undefined): string[] {
  return list === undefined ? [] : listMembers(list).map((name) => name.toLowerCase());
}

/** Fields about one connection, not about the response: never stored. RFC 9110, 7.6.1; RFC 9111, 3.1. */
const CONNECTION_FIELDS = [
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization', 'proxy-connection', 'te', 'trailer',
  'transfer-encoding', 'upgrade',
];

export function connectionFields(fields: HttpFields): string[] {
  const connection = fieldValue(fields, 'connection');
  return connection === undefined ? CONNECTION_FIELDS : [...CONNECTION_FIELDS, ...fieldNames(connection)];
}
