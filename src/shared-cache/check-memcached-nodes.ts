import { Token } from 'aws-cdk-lib';
import { checkForm, checkRange, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE } from './check';
import { DEFAULT_NODE_TYPE, NODE_TYPE } from './check-replication-group';
import type { MemcachedNodesOptions } from './memcached-capacity';
import { invalidProp } from '../errors';

/**
 * @internal
 */
export const DEFAULT_MEMCACHED_VERSION = '1.6.22';

/** The first version with encryption in transit. */
const MIN_VERSION = [1, 6, 12];

/** ElastiCache's limit for a cluster, unless a higher one is asked for (ElastiCache, Quotas). */
const MAX_NODES = 60;

/**
 * What ElastiCache would refuse minutes into a deployment.
 *
 * @internal
 */
export function checkMemcachedNodes({ nodeType, engineVersion, multiAz, port, maintenanceWindow }: MemcachedNodesOptions, count: number): void {
  checkForm('nodeType', nodeType, NODE_TYPE, DEFAULT_NODE_TYPE);
  checkForm('maintenanceWindow', maintenanceWindow, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE);
  checkRange('port', port, 1, 65_535, 'Leave it out for 11211.');
  if (Token.isUnresolved(count)) {
    throw invalidProp('count', 'a token', 'must be known before deploying', 'Metrics are of each node. Give a number.');
  }
  checkRange('count', count, 1, MAX_NODES, 'More entries fit into larger nodes, too: see `nodeType`.');
  if (multiAz && count === 1) {
    throw invalidProp('multiAz', multiAz, 'asks for several nodes', 'Set count to 2 or more.');
  }
  if (engineVersion !== undefined && !Token.isUnresolved(engineVersion) && !isSupported(engineVersion)) {
    throw invalidProp('engineVersion', engineVersion, `must be ${MIN_VERSION.join('.')} or later`, `Before it there was no encryption in transit. Leave it out for ${DEFAULT_MEMCACHED_VERSION}.`);
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
