import type { CacheDeps } from './cache-deps.js';
import type { Load } from './load.js';
import { kindOfError, textOfError } from '../values/error-text.js';

/** Errors of loaders that no caller gets. */
const SUPPRESSED = {
  refreshFailed: 'failed after the response',
  staleReturned: 'failed, and a stale value was returned',
} as const;

export type SuppressedErrorId = keyof typeof SUPPRESSED;

/** Logs why a load failed: once per cache and kind of error, and without the loader's arguments. */
export function logSuppressedError(id: SuppressedErrorId, cacheName: string, { warnOnce }: Pick<CacheDeps, 'warnOnce'>, { call }: Load, error: unknown): void {
  const message = () => `The loader of cache '${cacheName}' ${SUPPRESSED[id]}: ${textOfError(error, call.originInput)}`;
  warnOnce(id, message, cacheName, kindOfError(error));
}
