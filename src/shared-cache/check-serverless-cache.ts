import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { CacheEngine } from './cache-engine';
import { checkEngine, checkForm, checkRange, majorOf } from './check';
import type { ServerlessCacheProps } from './serverless-cache';
import { invalidProp } from '../errors';

/** Before this, ElastiCache knew no IAM authentication. */
const MIN_MAJOR = 7;

/**
 * The first version of Valkey with public endpoints.
 *
 * @internal
 */
export const MIN_MAJOR_PUBLIC = 9;

const MAX_STORAGE_GB = 5_000;
const MIN_ECPU = 1_000;
const MAX_ECPU = 15_000_000;

/**
 * What ElastiCache would refuse minutes into a deployment.
 *
 * @internal
 */
export function checkServerlessCache(props: ServerlessCacheProps): void {
  const { engine = CacheEngine.VALKEY, majorEngineVersion, vpc, vpcSubnets, securityGroups, publicEndpoint } = props;
  checkEngine(engine);
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
  checkRange('maxEcpuPerSecond', props.maxEcpuPerSecond, MIN_ECPU, MAX_ECPU, 'Leave it out for no bound.');
  checkRange('minEcpuPerSecond', props.minEcpuPerSecond, MIN_ECPU, props.maxEcpuPerSecond ?? MAX_ECPU, 'Leave it out for none.');
  checkRange('maxDataStorage (in GiB)', gibibytes(props.maxDataStorage), 1, MAX_STORAGE_GB, 'Use Size.gibibytes(…), or leave it out for no bound.');
  checkRange('minDataStorage (in GiB)', gibibytes(props.minDataStorage), 1, gibibytes(props.maxDataStorage) ?? MAX_STORAGE_GB, 'Use Size.gibibytes(…), or leave it out.');
}

/**
 * @internal
 */
export function usageLimits(props: ServerlessCacheProps): CfnServerlessCache.CacheUsageLimitsProperty | undefined {
  const { maxDataStorage, minDataStorage, maxEcpuPerSecond, minEcpuPerSecond } = props;
  const dataStorage = (maxDataStorage ?? minDataStorage) && { unit: 'GB', maximum: gibibytes(maxDataStorage), minimum: gibibytes(minDataStorage) };
  const ecpuPerSecond = (maxEcpuPerSecond ?? minEcpuPerSecond) === undefined ? undefined : { maximum: maxEcpuPerSecond, minimum: minEcpuPerSecond };
  return (dataStorage ?? ecpuPerSecond) && { dataStorage, ecpuPerSecond };
}

function gibibytes(size?: Size): number | undefined {
  return size?.toGibibytes(size.isUnresolved() ? undefined : { rounding: SizeRoundingBehavior.NONE });
}
