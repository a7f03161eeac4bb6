import { CacheEngine } from './cache-engine';
import { checkEngine, checkForm, checkNetworkType, majorOf, snapshotDays } from './check';
import type { ServerlessCacheProps } from './serverless-cache';
import { checkUsage } from './serverless-usage';
import { invalidProp } from '../errors';

/** Before this, ElastiCache knew no IAM authentication. */
const MIN_MAJOR = 7;

/**
 * The first version of Valkey with public endpoints.
 *
 * @internal
 */
export const MIN_MAJOR_PUBLIC = 9;

/**
 * What ElastiCache would refuse minutes into a deployment.
 *
 * @internal
 */
export function checkServerlessCache(props: ServerlessCacheProps): void {
  const { engine = CacheEngine.VALKEY, majorEngineVersion, vpc, vpcSubnets, securityGroups, publicEndpoint } = props;
  checkEngine(engine);
  checkNetworkType(props.networkType);
  checkForm('majorEngineVersion', majorEngineVersion, /^\d+$/, '8');
  checkForm('dailySnapshotTime', props.dailySnapshotTime, /^([01]\d|2[0-3]):[0-5]\d$/, '03:00');
  const major = majorEngineVersion === undefined ? undefined : majorOf(majorEngineVersion);
  if (major !== undefined && major < MIN_MAJOR) {
    throw invalidProp('majorEngineVersion', majorEngineVersion, `must be ${MIN_MAJOR} or later`, 'Before it there was no IAM authentication; leave it out for the newest.');
  }
  if (publicEndpoint) {
    if (engine !== CacheEngine.VALKEY || (major !== undefined && major < MIN_MAJOR_PUBLIC)) {
      throw invalidProp('publicEndpoint', publicEndpoint, `asks for Valkey ${MIN_MAJOR_PUBLIC} or later`, 'Leave `engine` and `majorEngineVersion` out, or give the cache a `vpc`.');
    }
    if (vpc !== undefined || vpcSubnets !== undefined || securityGroups !== undefined) {
      throw invalidProp('publicEndpoint', publicEndpoint, 'goes without vpc, vpcSubnets and securityGroups', 'A cache is reached either way, not both.');
    }
  } else if (vpc === undefined) {
    throw invalidProp('vpc', undefined, 'must be given', 'A cache without `publicEndpoint` is reached only from inside its VPC.');
  }
  snapshotDays(props.snapshotRetention);
  checkUsage(props);
}
