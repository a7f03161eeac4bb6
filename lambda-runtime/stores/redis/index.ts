import { isCommandError } from './command-errors.js';
import { RedisTier } from './redis-tier.js';
import type { RedisSettings } from '../../../src/contract/shared-settings.js';
import type { Limits } from '../../shared/guard.js';
import { checkAddress, guardTier, type TierDeps } from '../../shared/open-tier.js';
import type { SharedTier } from '../../shared/shared-tier.js';

/**
 * Opens the shared tier: the only function that the layer's handler calls in this bundle. Connects during the rest of INIT.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function openTier(settings: RedisSettings, deps: TierDeps): SharedTier {
  checkAddress(settings);
  const { environment, namespace } = deps;
  const connect = ({ connectTimeoutMs }: Limits) => new RedisTier({ settings, environment, connectTimeoutMs }, namespace);
  return guardTier(settings, deps, connect, { server: { address: `${settings.host}:${settings.port}`, isCommandError } });
}
