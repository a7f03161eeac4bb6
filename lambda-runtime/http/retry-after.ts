/** Retry-After. RFC 9110, 10.2.3. */
import { parseDate } from './dates.js';
import { fieldValue } from './fields.js';
import type { HttpResponse } from './message.js';

/** An origin that asks for more may be back earlier, or mean only one client. */
const LONGEST_MS = 600_000;

/** How long a refusal asks not to be called again; undefined if it does not, or not in one of the two formats. */
export function retryAfterMsOf({ status, fields }: HttpResponse, now: number): number | undefined {
  const text = status < 400 ? undefined : fieldValue(fields, 'retry-after')?.trim();
  if (text === undefined) {
    return undefined;
  }
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : (parseDate(text, now) ?? now) - now;
  return Math.min(Math.max(milliseconds, 0), LONGEST_MS);
}
