import { CacheEngine } from '../cache-engine';
import { checkEngine, checkForm, checkNetworkType, checkRemovalPolicy, IN_UTC, majorOf, snapshotDays } from '../check-elasticache';
import type { ServerlessCacheProps } from './serverless-cache-props';
import { checkUsage } from './serverless-usage';
import { invalidProp } from '../../validation/errors';

/** The first version with IAM authentication. */
const MIN_MAJOR = 7;

/**
 * The first version of Valkey with public endpoints.
 *
 * @internal
 */
export const MIN_MAJOR_PUBLIC = 9;

/**
 * Rejects, when synthesizing, what ElastiCache would reject minutes into a deployment.
 *
 * @internal
 */
export function checkServerlessCache(props: ServerlessCacheProps): void {
  const { engine = CacheEngine.VALKEY, majorEngineVersion, vpc, vpcSubnets, securityGroups, publicEndpoint } = props;
  checkEngine(engine);
  checkNetworkType(props.networkType);
  checkRemovalPolicy(props.removalPolicy);
  checkForm('majorEngineVersion', majorEngineVersion, /^\d+$/, '8');
  checkForm('dailySnapshotTime', props.dailySnapshotTime, /^([01]\d|2[0-3]):[0-5]\d$/, '03:00', IN_UTC);
  const major = majorEngineVersion === undefined ? undefined : majorOf(majorEngineVersion);
  if (major !== undefined && major < MIN_MAJOR) {
    throw invalidProp('majorEngineVersion', majorEngineVersion, `must be ${MIN_MAJOR} or later`, 'Older versions have no IAM authentication; leave it out for the newest.');
  }
  if (publicEndpoint) {
    if (engine !== CacheEngine.VALKEY || (major !== undefined && major < MIN_MAJOR_PUBLIC)) {
      throw invalidProp('publicEndpoint', publicEndpoint, `must be false unless the engine is Valkey ${MIN_MAJOR_PUBLIC} or later`, 'Leave `engine` and `majorEngineVersion` out, or give the cache a `vpc`.');
    }
    if (vpc !== undefined || vpcSubnets !== undefined || securityGroups !== undefined) {
      throw invalidProp('publicEndpoint', publicEndpoint, 'must not be set together with vpc, vpcSubnets or securityGroups', 'A cache has either a public endpoint or a VPC.');
    }
  } else if (vpc === undefined) {
    throw invalidProp('vpc', undefined, 'must be given', 'A cache without `publicEndpoint` can only be reached from inside its VPC.');
  }
  snapshotDays(props.snapshotRetention);
  checkUsage(props);
}
