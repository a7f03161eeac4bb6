import type { InstalledRuntime } from './installed.js';
import type { ManualCacheInUse } from '../engine/manual-cache.js';
import { cacheEvents, type EventHandler } from '../http/gateway-handler.js';
import { RequestKeys } from '../http/request-key.js';
import { ResponseCache } from '../http/response-cache.js';
import type { ResponseSettings } from '../http/settings.js';
import { copyHandlerMarks, isStreaming, type LambdaHandler, promisifyHandler } from '../lambda/handler-marks.js';

/** The parts of a cache of responses, created from its settings. */
export function responseCacheOf(settings: ResponseSettings, inUse: ManualCacheInUse, runtime: Pick<InstalledRuntime, 'invalidateTags'>): {
  readonly keys: RequestKeys; readonly responses: ResponseCache;
} {
  const { heuristicFreshness, negativeTtlMs } = settings;
  return {
    keys: new RequestKeys(settings, process.env.AWS_LAMBDA_FUNCTION_VERSION),
    responses: new ResponseCache(inUse, {
      policy: { heuristics: heuristicFreshness, ...(negativeTtlMs !== undefined && { negativeTtl: negativeTtlMs / 1_000 }) },
      invalidateTags: (tags) => runtime.invalidateTags(tags),
    }),
  };
}

/** Puts a cache of responses in front of a handler of HTTP events. */
export function responseHandler(
  handler: LambdaHandler, settings: ResponseSettings, inUse: ManualCacheInUse, runtime: Pick<InstalledRuntime, 'invalidateTags'>,
): LambdaHandler {
  const bypass = (call: () => unknown) => inUse.current().bypass(call);
  if (isStreaming(handler)) {
    // A streamed response is never available as a whole.
    return copyHandlerMarks(handler, (...args) => bypass(() => handler(...args)));
  }
  const handle = promisifyHandler(handler) as EventHandler;
  const { removeUnkeyed = false } = settings;
  return copyHandlerMarks(handler, cacheEvents(handle, { ...responseCacheOf(settings, inUse, runtime), bypass, removeUnkeyed }) as LambdaHandler);
}
