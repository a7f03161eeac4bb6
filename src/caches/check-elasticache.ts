import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { CacheEngine } from './cache-engine';
import { CacheNetworkType } from './cache-network-type';
import { invalidProp } from '../validation/errors';
import { assertDuration } from '../validation/property-types';

/**
 * Rejects, when synthesizing, what ElastiCache would reject minutes into a deployment.
 */

const LONGEST_SNAPSHOT_DAYS = 35;

/**
 * @internal
 */
export const MAINTENANCE_WINDOW = /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/;

/**
 * @internal
 */
export const MAINTENANCE_WINDOW_EXAMPLE = 'sun:04:00-sun:05:00';

/**
 * The remedy for a time or a window.
 *
 * @internal
 */
export const IN_UTC = 'Times are in UTC.';

/**
 * @internal
 */
export function checkRange(name: string, value: number | undefined, min: number, max: number, remedy: string): void {
  if (value !== undefined && !Token.isUnresolved(value) && !(Number.isInteger(value) && value >= min && value <= max)) {
    throw invalidProp(name, value, `must be a whole number from ${min} to ${max}`, remedy);
  }
}

/**
 * @internal
 */
export function checkForm(name: string, value: string | undefined, form: RegExp, example: string, remedy = 'Leave it out for the default.'): void {
  if (value !== undefined && !Token.isUnresolved(value) && !form.test(value)) {
    throw invalidProp(name, value, `must look like '${example}'`, remedy);
  }
}

/**
 * @internal
 */
export function checkEngine(engine: CacheEngine): void {
  if (!Token.isUnresolved(engine) && !Object.values(CacheEngine).includes(engine)) {
    throw invalidProp('engine', engine, `must be one of ${Object.values(CacheEngine).join(', ')}`, 'Use CacheEngine.VALKEY.');
  }
}

/**
 * @internal
 */
export function checkNetworkType(networkType?: CacheNetworkType): void {
  if (networkType !== undefined && !Token.isUnresolved(networkType) && !Object.values(CacheNetworkType).includes(networkType)) {
    throw invalidProp('networkType', networkType, `must be one of ${Object.values(CacheNetworkType).join(', ')}`, 'Leave it out for IPv4.');
  }
}

/**
 * Rejects what CloudFormation would reject: CDK only warns, and writes it into the template.
 *
 * @internal
 */
export function checkRemovalPolicy(removalPolicy?: RemovalPolicy): void {
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw invalidProp('removalPolicy', removalPolicy, 'must not be RemovalPolicy.SNAPSHOT', 'CloudFormation takes no snapshots of such a cache: use RemovalPolicy.RETAIN, or leave it out.');
  }
}

/**
 * Days of snapshots, as ElastiCache counts them.
 *
 * @internal
 */
export function snapshotDays(retention?: Duration): number | undefined {
  assertDuration('snapshotRetention', retention);
  if (retention === undefined || retention.isUnresolved()) {
    return retention?.toDays();
  }
  const days = retention.toDays({ integral: false });
  checkRange('snapshotRetention', days, 0, LONGEST_SNAPSHOT_DAYS, 'ElastiCache counts in days: use Duration.days(…).');
  return days;
}

/**
 * The major version, if it is known before deploying.
 *
 * @internal
 */
export function majorOf(version: string): number | undefined {
  return Token.isUnresolved(version) ? undefined : Number(version.split('.')[0]);
}
