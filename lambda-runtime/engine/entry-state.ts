import type { Entry } from './entry.js';

/** The permitted use of an entry at some time. */
export type EntryState =
  /** Return it. */
  | 'fresh'
  /** Return it, and load its successor after the response. */
  | 'refresh'
  /** The same, but it is past its ttl: a stale hit. */
  | 'stale'
  /** Return it only if the shared tier confirms it: the local copy may be out of date. */
  | 'revalidate'
  /** Return it only if the load fails, or takes too long. */
  | 'fallback'
  /** Never return it. */
  | 'gone';

/**
 * The one place where freshness is decided.
 *
 * @param trustedUntil from then on the shared tier must confirm the entry; Infinity if it just has, -Infinity if it always must
 */
export function stateOf(entry: Entry, now: number, trustedUntil = entry.revalidateAt): EntryState {
  // Checked first, since most hits are fresh. A wall clock that jumped backwards makes an entry stale, never fresher.
  if (now < entry.refreshAt && now < trustedUntil && now >= entry.storedAt) {
    return 'fresh';
  }
  if (now < entry.storedAt) {
    return 'gone';
  }
  if (now < entry.freshUntil + windowOf(entry, 'staleWhileRevalidateMs')) {
    if (now >= trustedUntil) {
      return 'revalidate';
    }
    return now < entry.freshUntil ? 'refresh' : 'stale';
  }
  return isFallback(entry, now) ? 'fallback' : 'gone';
}

/** Whether the entry may be returned instead of a load that failed: in any state but `gone`, as long as `staleIfError` allows. */
export function isFallback(entry: Entry, now: number): boolean {
  return now >= entry.storedAt && now < entry.freshUntil + windowOf(entry, 'staleIfErrorMs');
}

/** Whether a load of its successor failed so recently that the loader is not called again. */
export function isThrottled(entry: Entry, now: number): boolean {
  return now < entry.retryAt;
}

/** How much longer the entry may be returned at all, fresh or stale. */
export function usableMs({ freshUntil, staleWhileRevalidateMs, staleIfErrorMs }: Entry, now: number): number {
  return freshUntil - now + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
}

/** How long after its ttl the entry may be returned. An error is never returned after its ttl: it is no fallback for another. */
function windowOf(entry: Entry, window: 'staleWhileRevalidateMs' | 'staleIfErrorMs'): number {
  return 'error' in entry.content ? 0 : entry[window];
}
