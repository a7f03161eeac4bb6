import { Cluster } from './cluster.js';
import { MemcachedTier } from './memcached-tier.js';
import { Server, traitsOf } from './server.js';
import type { MemcachedSettings } from '../../../src/contract/shared-settings.js';
import { checkAddress, guardTier, type TierDeps } from '../../shared/open-tier.js';
import type { SharedStore } from '../../shared/shared-store.js';

/**
 * Opens the shared tier: the only function that the layer's handler calls in this bundle. Connects during the rest of INIT.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function openTier(settings: MemcachedSettings, deps: TierDeps): SharedStore {
  checkAddress(settings);
  if (settings.discovery) {
    return new Cluster(settings, deps);
  }
  const connect = () => new MemcachedTier(new Server(addressOf(settings)), deps.namespace);
  return guardTier(settings, deps, connect, { server: traitsOf(settings) });
}

function addressOf({ host, port, tls }: MemcachedSettings) {
  return { host, port: Number(port), tls };
}
