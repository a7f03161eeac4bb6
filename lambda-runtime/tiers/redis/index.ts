import type { RedisSettings } from '../../../src/runtime-settings.js';
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
  return guardTier(settings, surroundings, (connectTimeoutMs) => new RedisTier({ settings, environment, connectTimeoutMs }, namespace));
}
