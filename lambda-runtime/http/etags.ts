/** Entity tags. RFC 9110, 8.8.3. */
import { listMembers } from './fields.js';

/** Whether one in the list, or `*`, names the same content, by weak comparison, as for caches. */
export function matchesWeakly(etag: string | undefined, list: string): boolean {
  return list.trim() === '*' || etag !== undefined && listMembers(list).some((one) => opaque(one) === opaque(etag));
}

/** Whether a 304 with this tag, if any, can refer to the stored content: a strong tag must be the same. RFC 9111, 4.3.4. */
export function confirms(etag: string | undefined, stored: string | undefined): boolean {
  return etag === undefined || stored === undefined || etag === stored || (etag.startsWith('W/') && matchesWeakly(stored, etag));
}

function opaque(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}
