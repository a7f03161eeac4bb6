import type { MemcachedSettings } from '../../../src/runtime-settings.js';
import type { SharedStore } from '../../engine/shared.js';
import { checkAddress, guardTier, type Surroundings } from '../open-tier.js';
import { Cluster } from './cluster.js';
import { MemcachedTier } from './memcached-tier.js';
import { Server, traitsOf } from './server.js';

/**
 * Opens the shared tier: the one thing that the layer's handler asks of this part. Connects while INIT goes on.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function openTier(settings: MemcachedSettings, surroundings: Surroundings): SharedStore {
  checkAddress(settings);
  if (settings.discovery) {
    return new Cluster(settings, surroundings);
  }
  const connect = () => new MemcachedTier(new Server(addressOf(settings)), surroundings.namespace);
  return guardTier(settings, surroundings, connect, { server: traitsOf(settings) });
}

function addressOf({ host, port, tls }: MemcachedSettings) {
  return { host, port: Number(port), tls };
}
