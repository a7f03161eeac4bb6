import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { ISubnet, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { checkRange } from './check';
import { assertSize } from '../property-types';

const MAX_STORAGE_GB = 5_000;
const MIN_ECPU = 1_000;
const MAX_ECPU = 15_000_000;

/** ElastiCache takes no more subnets for a serverless cache. */
const MAX_SUBNETS = 3;

/**
 * The least and the most that a serverless cache is used and billed for.
 */
export interface ServerlessUsage {
  /**
   * The most that the cache may hold, in whole gibibytes up to 5,000. Beyond it, entries are dropped before their time.
   *
   * @default - ElastiCache's own limit: there is no bound on the bill
   */
  readonly maxDataStorage?: Size;

  /**
   * What the cache is always ready to hold, in whole gibibytes. It is billed whether used or not.
   *
   * @default - nothing
   */
  readonly minDataStorage?: Size;

  /**
   * The most ElastiCache Processing Units a second, from 1,000 to 15,000,000. Beyond it, requests are throttled, and functions ask their
   * origin.
   *
   * @default - ElastiCache's own limit: there is no bound on the bill
   */
  readonly maxEcpuPerSecond?: number;

  /**
   * The ElastiCache Processing Units a second that the cache is always ready for. They are billed whether used or not.
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
  checkRange('maxEcpuPerSecond', usage.maxEcpuPerSecond, MIN_ECPU, MAX_ECPU, 'Leave it out for no bound.');
  checkRange('minEcpuPerSecond', usage.minEcpuPerSecond, MIN_ECPU, usage.maxEcpuPerSecond ?? MAX_ECPU, 'Leave it out for none.');
  checkRange('maxDataStorage (in GiB)', gibibytes(usage.maxDataStorage), 1, MAX_STORAGE_GB, 'Use Size.gibibytes(…), or leave it out for no bound.');
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
 * One subnet of each availability zone, of as many as ElastiCache takes.
 *
 * @internal
 */
export function serverlessSubnets(vpc: IVpc, vpcSubnets?: SubnetSelection): ISubnet[] {
  return vpc.selectSubnets({ ...vpcSubnets, onePerAz: true }).subnets.slice(0, MAX_SUBNETS);
}

function gibibytes(size?: Size): number | undefined {
  return size?.toGibibytes(size.isUnresolved() ? undefined : { rounding: SizeRoundingBehavior.NONE });
}
