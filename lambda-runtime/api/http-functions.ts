import type { InstalledRuntime } from './installed.js';
import type { responseHandler } from './response-handler.js';
import type { Listener, listenerOf } from './response-listener.js';
import { RESPONSE_CACHE } from '../../src/contract/response-settings.js';
import { settingsOf } from '../http/check-options.js';
import type { ResponseOptions } from '../http/options.js';
import type { LambdaHandler } from '../lambda/handler-marks.js';

/** A Lambda handler, whatever the types of its event and its result. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyHandler = (event: any, context: any, ...rest: any[]) => any;

type CurrentRuntime = () => InstalledRuntime | undefined;

/** `cachedResponse` in the runtime that is current when it is called; without one, the handler itself. */
export function cachedResponseWith(runtime: CurrentRuntime, part: () => typeof responseHandler) {
  return function cachedResponse<H extends AnyHandler>(handler: H, options: ResponseOptions = {}): H {
    const settings = settingsOf('cachedResponse(handler, options)', handler, options);
    const installed = runtime();
    return installed?.manualCache === undefined ? handler
      : part()(handler as LambdaHandler, settings, installed.manualCache(options.name ?? RESPONSE_CACHE, cachedResponse), installed) as H;
  };
}

/** `cachedListener`, likewise. */
export function cachedListenerWith(runtime: CurrentRuntime, part: () => typeof listenerOf) {
  return function cachedListener<L extends Listener>(listener: L, options: ResponseOptions = {}): L {
    const settings = settingsOf('cachedListener(listener, options)', listener, options);
    const installed = runtime();
    return installed?.manualCache === undefined ? listener
      : part()(listener, settings, installed.manualCache(options.name ?? RESPONSE_CACHE, cachedListener), installed) as L;
  };
}
