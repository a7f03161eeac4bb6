import type { ResponseCaching } from './response-caching';
import { invalidProp } from '../validation/errors';

/**
 * Checks a function's `responses`.
 *
 * @internal
 */
export function checkResponses(responses: ResponseCaching | undefined): void {
  if (responses !== undefined && typeof (responses as Partial<ResponseCaching> | null)?._bind !== 'function') {
    throw invalidProp('responses', responses, 'must be a ResponseCaching', 'Use ResponseCaching.http().');
  }
  responses?._bind();
}
