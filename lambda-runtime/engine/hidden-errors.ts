import type { CacheParts } from './cache-parts.js';
import { kindOfError, textOfError } from './error-text.js';
import type { Load } from './load.js';

/** Errors of loaders that no caller gets. */
const HIDDEN = {
  refreshFailed: 'failed after the response',
  staleReturned: 'failed, and a stale value was returned',
} as const;

export type HiddenErrorId = keyof typeof HIDDEN;

/** Logs why a load failed: once for each kind of error of the cache, and without what its loader was called with. */
export function logHiddenError(id: HiddenErrorId, cacheName: string, { warnOnce }: Pick<CacheParts, 'warnOnce'>, { call }: Load, error: unknown): void {
  const message = () => `The loader of cache '${cacheName}' ${HIDDEN[id]}: ${textOfError(error, call.content)}`;
  warnOnce(id, message, cacheName, kindOfError(error));
}
