import type { DynamoDbSettings } from '../../../src/runtime-settings.js';
import type { Limits } from '../guard.js';
import { checkSetting, guardTier, type Surroundings } from '../open-tier.js';
import type { SharedTier } from '../shared-tier.js';
import { Client } from './client.js';
import { isCommandError } from './command-errors.js';
import { DynamoDbTier } from './dynamodb-tier.js';

/**
 * Opens the shared tier: the one thing that the layer's handler asks of this part. Connects while INIT goes on.
 *
 * @throws Error naming the setting and its value, if somebody changed them by hand into something that cannot work.
 */
export function openTier(settings: DynamoDbSettings, surroundings: Surroundings): SharedTier {
  for (const name of ['table', 'partitionKey', 'timeToLive'] as const) {
    checkSetting(name, settings[name], typeof settings[name] === 'string' && settings[name] !== '');
  }
  const { environment, namespace, now } = surroundings;
  const connect = (limits: Limits) => new DynamoDbTier(new Client(environment, limits), { settings, namespace, now });
  return guardTier(settings, surroundings, connect, { server: { isCommandError, hasOwnDeadlines: true } });
}
