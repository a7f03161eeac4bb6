import type { InstalledRuntime } from './installed.js';
import { responseCacheOf } from './response-handler.js';
import type { ManualCacheInUse } from '../engine/manual-cache.js';
import { cacheRequests, type Listener } from '../http/listener/cache-listener.js';
import type { ResponseSettings } from '../http/settings.js';

export type { Listener } from '../http/listener/cache-listener.js';

/** Puts a cache of responses in front of a request listener. A separate file in the layer: listener.cjs. */
export function listenerOf(listener: Listener, settings: ResponseSettings, inUse: ManualCacheInUse, runtime: Pick<InstalledRuntime, 'invalidateTags'>): Listener {
  const bypass = (call: () => unknown) => inUse.current().bypass(call);
  return cacheRequests(listener, { ...responseCacheOf(settings, inUse, runtime), bypass, removeUnkeyed: settings.removeUnkeyed ?? false });
}
