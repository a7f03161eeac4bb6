import type { SharedStore } from '../../lambda-runtime/engine/shared.js';
import { openTier as openDynamoDb } from '../../lambda-runtime/tiers/dynamodb/index.js';
import { openTier as openMemcached } from '../../lambda-runtime/tiers/memcached/index.js';
import type { Surroundings } from '../../lambda-runtime/tiers/open-tier.js';
import { openTier as openRedis } from '../../lambda-runtime/tiers/redis/index.js';
import type { SharedSettings } from '../../src/runtime-settings.js';

/** What the layer's handler does by importing the part of that name. */
export function openTier(settings: SharedSettings, surroundings: Surroundings): SharedStore {
  switch (settings.kind) {
    case 'dynamodb':
      return openDynamoDb(settings, surroundings);
    case 'redis':
      return openRedis(settings, surroundings);
    case 'memcached':
      return openMemcached(settings, surroundings);
  }
}
