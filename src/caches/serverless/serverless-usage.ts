import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { ISubnet, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { assertSize } from '../../validation/property-types';
import { checkRange } from '../check-elasticache';

const MAX_STORAGE_GB = 5_000;
const MIN_ECPU = 1_000;
const MAX_ECPU = 15_000_000;

/** ElastiCache's limit for a serverless cache. */
const MAX_SUBNETS = 3;

/**
 * The lower and upper limits of a serverless cache's usage, and so of its bill.
 */
export interface ServerlessUsage {
  /**
   * The most that the cache may hold, in whole gibibytes up to 5,000. Beyond it, entries are evicted before their ttl.
   *
   * @default - ElastiCache's own limit, so nothing bounds the bill
   */
  readonly maxDataStorage?: Size;

  /**
   * The data storage that is always ready, in whole gibibytes. It is billed whether used or not.
   *
   * @default - nothing
   */
  readonly minDataStorage?: Size;

  /**
   * The most ElastiCache Processing Units per second, from 1,000 to 15,000,000. Beyond it, requests are throttled, and functions call
   * their origin.
   *
   * @default - ElastiCache's own limit, so nothing bounds the bill
   */
  readonly maxEcpuPerSecond?: number;

  /**
   * The ElastiCache Processing Units per second that are always ready. They are billed whether used or not.
   *
   * @default - none
   */
  readonly minEcpuPerSecond?: number;
}

/**
 * @internal
 */
export function checkUsage(usage: ServerlessUsage): void {
  assertSize('maxDataStorage', usage.maxDataStorage);
  assertSize('minDataStorage', usage.minDataStorage);
  checkRange('maxEcpuPerSecond', usage.maxEcpuPerSecond, MIN_ECPU, MAX_ECPU, 'Leave it out for no limit.');
  checkRange('minEcpuPerSecond', usage.minEcpuPerSecond, MIN_ECPU, usage.maxEcpuPerSecond ?? MAX_ECPU, 'Leave it out for no minimum.');
  checkRange('maxDataStorage (in GiB)', gibibytes(usage.maxDataStorage), 1, MAX_STORAGE_GB, 'Use Size.gibibytes(…), or leave it out for no limit.');
  checkRange('minDataStorage (in GiB)', gibibytes(usage.minDataStorage), 1, gibibytes(usage.maxDataStorage) ?? MAX_STORAGE_GB, 'Use Size.gibibytes(…), or leave it out.');
}

/**
 * @internal
 */
export function usageLimits(usage: ServerlessUsage): CfnServerlessCache.CacheUsageLimitsProperty | undefined {
  const { maxDataStorage, minDataStorage, maxEcpuPerSecond, minEcpuPerSecond } = usage;
  const dataStorage = (maxDataStorage ?? minDataStorage) && { unit: 'GB', maximum: gibibytes(maxDataStorage), minimum: gibibytes(minDataStorage) };
  const ecpuPerSecond = (maxEcpuPerSecond ?? minEcpuPerSecond) === undefined ? undefined : { maximum: maxEcpuPerSecond, minimum: minEcpuPerSecond };
  return (dataStorage ?? ecpuPerSecond) && { dataStorage, ecpuPerSecond };
}

/**
 * One subnet per availability zone, in as many zones as ElastiCache accepts.
 *
 * @internal
 */
export function serverlessSubnets(vpc: IVpc, vpcSubnets?: SubnetSelection): ISubnet[] {
  return vpc.selectSubnets({ ...vpcSubnets, onePerAz: true }).subnets.slice(0, MAX_SUBNETS);
}

function gibibytes(size?: Size): number | undefined {
  return size?.toGibibytes(size.isUnresolved() ? undefined : { rounding: SizeRoundingBehavior.NONE });
}
