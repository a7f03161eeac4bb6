/** The layer's part that caches handlers' responses, for the construct's `responses` and for `cachedResponse` in code. */
import { installedRuntime } from './installed.js';
import { responseHandler } from './response-handler.js';
import { RESPONSE_CACHE, type ResponseSettings } from '../../src/contract/response-settings.js';
import type { LambdaHandler } from '../lambda/handler-marks.js';

export { responseHandler };

/** Puts the cache that the construct asks for in front of the function's handler. */
export function cacheResponses(handler: LambdaHandler, settings: ResponseSettings): LambdaHandler {
  const runtime = installedRuntime()!;
  return responseHandler(handler, settings, runtime.manualCache!(RESPONSE_CACHE, cacheResponses), runtime);
}
