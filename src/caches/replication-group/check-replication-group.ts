import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { CacheDurability } from './cache-durability';
import { CacheEngine } from '../cache-engine';
import { checkEngine, checkForm, checkNetworkType, checkRange, IN_UTC, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE, majorOf, snapshotDays } from '../check-elasticache';
import type { ReplicationGroupCacheProps } from './replication-group-cache-props';
import { invalidProp } from '../../validation/errors';
import { assertHas } from '../../validation/property-types';
import { warn } from '../../validation/warnings';

const SNAPSHOT_WINDOW = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/**
 * @internal
 */
export const DEFAULT_VERSIONS: Readonly<Record<CacheEngine, string>> = { [CacheEngine.VALKEY]: '8.0', [CacheEngine.REDIS_OSS]: '7.1' };

/**
 * @internal
 */
export const DEFAULT_NODE_TYPE = 'cache.t4g.micro';

/**
 * @internal
 */
export const NODE_TYPE = /^cache\.[a-z0-9-]+\.[a-z0-9]+$/;

/**
 * Whether ElastiCache supports IAM authentication for this version (ElastiCache, Authenticating with IAM).
 *
 * @internal
 */
export function hasIam(engine: CacheEngine, version: string): boolean {
  const [major, minor = 0] = version.split('.').map(Number);
  return major > 7 || (major === 7 && (engine === CacheEngine.REDIS_OSS || minor >= 2));
}

/**
 * @internal
 */
export function checkReplicationGroup(cache: Construct, props: ReplicationGroupCacheProps): void {
  const { engine = CacheEngine.VALKEY, engineVersion, clusterMode = false, shards, replicas = 1, multiAz, nodeType, port } = props;
  assertHas('vpc', props.vpc, 'vpcId', 'A replication group can only be reached from inside its VPC.');
  checkEngine(engine);
  checkNetworkType(props.networkType);
  checkForm('nodeType', nodeType, NODE_TYPE, DEFAULT_NODE_TYPE);
  checkForm('maintenanceWindow', props.maintenanceWindow, MAINTENANCE_WINDOW, MAINTENANCE_WINDOW_EXAMPLE, IN_UTC);
  checkForm('snapshotWindow', props.snapshotWindow, SNAPSHOT_WINDOW, '03:00-04:00', IN_UTC);
  checkVersion(engine, engineVersion);
  checkDurability(props);
  snapshotDays(props.snapshotRetention);
  checkRange('port', port, 1, 65_535, 'Leave it out for 6379.');
  checkRange('replicas', replicas, 0, 5, 'ElastiCache allows no more replicas per shard.');
  checkRange('shards', shards, 1, 500, 'Larger nodes hold more entries, too: see `nodeType`.');
  if (!clusterMode && shards !== undefined && shards !== 1) {
    throw invalidProp('shards', shards, 'must be 1 without clusterMode', 'Set clusterMode: true.');
  }
  if (multiAz && replicas === 0) {
    throw invalidProp('multiAz', multiAz, 'must be false without replicas', 'Set replicas to 1 or more.');
  }
  if (replicas === 0) {
    warn(cache, 'noReplicas', clusterMode
      ? '`replicas` is 0: a shard whose node fails is empty until the node is replaced, and CloudFormation cannot update a cluster without replicas (aws-cdk#13389).'
      : '`replicas` is 0: if the node fails, functions call their origin until the node is replaced.', { prop: 'replicas' });
  }
}

/** The first version of Valkey with durability. */
const MIN_MAJOR_DURABLE = 9;

function checkDurability(props: ReplicationGroupCacheProps): void {
  const { durability, engine = CacheEngine.VALKEY, engineVersion = DEFAULT_VERSIONS[engine], clusterMode = false } = props;
  if (durability === undefined || Token.isUnresolved(durability)) {
    return;
  }
  if (!Object.values(CacheDurability).includes(durability)) {
    throw invalidProp('durability', durability, `must be one of ${Object.values(CacheDurability).join(', ')}`, 'Leave it out: a cache never has the only copy of a value.');
  }
  if (durability !== CacheDurability.DISABLED && (engine !== CacheEngine.VALKEY || majorOf(engineVersion)! < MIN_MAJOR_DURABLE || !clusterMode)) {
    throw invalidProp('durability', durability, `must be left out unless the engine is Valkey ${MIN_MAJOR_DURABLE} or later in cluster mode`, "Set engineVersion: '9.0' and clusterMode: true, or leave it out.");
  }
}

/** The version decides the parameter group and the authentication, so it must be known. */
function checkVersion(engine: CacheEngine, version?: string): void {
  if (version === undefined) {
    return;
  }
  if (Token.isUnresolved(version) || !/^\d+\.(\d+|x)(\.\d+)?$/.test(version)) {
    throw invalidProp('engineVersion', version, `must be a version like '${DEFAULT_VERSIONS[engine]}', known before deploying`, 'Leave it out for that version.');
  }
  const major = Number(version.split('.')[0]);
  const [oldest, newest] = engine === CacheEngine.VALKEY ? [7, Infinity] : [6, 7];
  if (major < oldest || major > newest) {
    throw invalidProp('engineVersion', version, engine === CacheEngine.VALKEY ? 'must be 7.2 or later for Valkey' : 'must be 6.2 to 7.1 for Redis OSS',
      'Redis OSS ended with 7.1, and Valkey continues from 7.2. Leave it out for the default.');
  }
}
