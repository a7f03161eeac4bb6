/** A part of stored content. RFC 9110, 14. */
import type { HttpFields, HttpResponse, StoredResponse } from './message.js';

/** Several ranges at once get the whole content, which RFC 9110 (14.2) allows. */
const ONE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i;

/** 206 or 416; undefined if the whole is the better answer. */
export function contentRange(lines: readonly string[], stored: StoredResponse, fields: HttpFields): HttpResponse | undefined {
  const found = ONE_RANGE.exec(lines.join(','));
  if (found === null || fields.get('accept-ranges')?.join().toLowerCase() === 'none') {
    return undefined;
  }
  const bytes = Buffer.from(stored.body, stored.isBase64Encoded ? 'base64' : 'utf8');
  const [, first, last, suffix] = found;
  const start = suffix === undefined ? Number(first) : Math.max(0, bytes.length - Number(suffix));
  const end = suffix === undefined && last !== '' ? Math.min(Number(last), bytes.length - 1) : bytes.length - 1;
  if (suffix === undefined && last !== '' && Number(last) < start) {
    return undefined;
  }
  if (start >= bytes.length) {
    return { status: 416, fields: withFields(fields, `bytes */${bytes.length}`, 0), body: '', isBase64Encoded: false };
  }
  const part = bytes.subarray(start, end + 1);
  const body = part.toString(stored.isBase64Encoded ? 'base64' : 'utf8');
  if (!stored.isBase64Encoded && !Buffer.from(body).equals(part)) {
    // Half a character is not text, and a function that returns text may be behind an API without binary support.
    return undefined;
  }
  const range = `bytes ${start}-${end}/${bytes.length}`;
  return { status: 206, fields: withFields(fields, range, part.length), body, isBase64Encoded: stored.isBase64Encoded };
}

function withFields(fields: HttpFields, range: string, length: number): HttpFields {
  return new Map(fields).set('content-range', [range]).set('content-length', [String(length)]);
}
