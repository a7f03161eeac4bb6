import { isCommandError } from './command-errors.js';
import type { RedisSettings } from '../../../src/runtime-settings.js';
import type { Limits } from '../guard.js';
import { checkAddress, guardTier, type Surroundings } from '../open-tier.js';
import type { SharedTier } from '../shared-tier.js';
import { RedisTier } from './redis-tier.js';

/**
 * Opens the shared tier: the one thing that the layer's handler asks of this part. Connects while INIT goes on.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function openTier(settings: RedisSettings, surroundings: Surroundings): SharedTier {
  checkAddress(settings);
  const { environment, namespace } = surroundings;
  const connect = ({ connectTimeoutMs }: Limits) => new RedisTier({ settings, environment, connectTimeoutMs }, namespace);
  return guardTier(settings, surroundings, connect, { server: { address: `${settings.host}:${settings.port}`, isCommandError } });
}
