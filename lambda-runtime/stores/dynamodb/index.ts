import { Client, isCommandError } from './client.js';
import { DynamoDbTier } from './dynamodb-tier.js';
import type { DynamoDbSettings } from '../../../src/contract/shared-settings.js';
import type { Limits } from '../../shared/guard.js';
import { checkSetting, guardTier, type TierDeps } from '../../shared/open-tier.js';
import type { SharedTier } from '../../shared/shared-tier.js';

/**
 * Opens the shared tier: the only function that the layer's handler calls in this bundle. Connects during the rest of INIT.
 *
 * @throws Error naming the setting and its value, if settings were changed by hand and cannot work.
 */
export function openTier(settings: DynamoDbSettings, deps: TierDeps): SharedTier {
  for (const name of ['table', 'partitionKey', 'timeToLive'] as const) {
    checkSetting(name, settings[name], typeof settings[name] === 'string' && settings[name] !== '');
  }
  const { environment, namespace, now } = deps;
  const connect = (limits: Limits) => new DynamoDbTier(new Client(environment, limits), { settings, namespace, now });
  return guardTier(settings, deps, connect, { server: { isCommandError, hasOwnDeadlines: true } });
}
