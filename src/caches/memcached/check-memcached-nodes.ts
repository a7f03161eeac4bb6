import { Token } from 'aws-cdk-lib';
import { checkForm, checkRange, IN_UTC, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE } from '../check-elasticache';
import type { MemcachedNodesOptions } from './memcached-options';
import { invalidProp } from '../../validation/errors';
import { DEFAULT_NODE_TYPE, NODE_TYPE } from '../replication-group/check-replication-group';

/**
 * @internal
 */
export const DEFAULT_MEMCACHED_VERSION = '1.6.22';

/** The first version with encryption in transit. */
const MIN_VERSION = [1, 6, 12];

/** ElastiCache's limit for a cluster, unless a higher one is asked for (ElastiCache, Quotas). */
const MAX_NODES = 60;

/**
 * Rejects, when synthesizing, what ElastiCache would reject minutes into a deployment.
 *
 * @internal
 */
export function checkMemcachedNodes({ nodeType, engineVersion, multiAz, port, maintenanceWindow }: MemcachedNodesOptions, count: number): void {
  checkForm('nodeType', nodeType, NODE_TYPE, DEFAULT_NODE_TYPE);
  checkForm('maintenanceWindow', maintenanceWindow, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE, IN_UTC);
  checkRange('port', port, 1, 65_535, 'Leave it out for 11211.');
  if (Token.isUnresolved(count)) {
    throw invalidProp('count', 'a token', 'must be known before deploying', 'Each node has its own metrics: pass a number.');
  }
  checkRange('count', count, 1, MAX_NODES, 'Larger nodes hold more entries, too: see `nodeType`.');
  if (multiAz && count === 1) {
    throw invalidProp('multiAz', multiAz, 'must be false with a single node', 'Set count to 2 or more.');
  }
  if (engineVersion !== undefined && !Token.isUnresolved(engineVersion) && !isSupported(engineVersion)) {
    throw invalidProp('engineVersion', engineVersion, `must be ${MIN_VERSION.join('.')} or later`, `Older versions have no encryption in transit. Leave it out for ${DEFAULT_MEMCACHED_VERSION}.`);
  }
}

function isSupported(version: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    return false;
  }
  const numbers = version.split('.').map(Number);
  const difference = numbers.findIndex((number, index) => number !== MIN_VERSION[index]);
  return difference < 0 || numbers[difference] > MIN_VERSION[difference];
}
