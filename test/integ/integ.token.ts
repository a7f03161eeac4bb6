import { Duration } from 'aws-cdk-lib';
import { Integ } from './integ';
import { every, Traffic } from './traffic';
import { CacheMetric, ServerlessCache } from 'cdk-cached-function';

/**
 * docs/unverified.md: a connection outlives the twelve hours after which ElastiCache wants a new token. Takes fourteen: CloudFormation
 * waits for one at most, so they are deployed one by one.
 *
 * Lambda may replace the environment before its twelve hours are over. Whatever it does, no call fails.
 */

const HOURS = 15;

/** Those of the renewal, but not those in which a new network made its first connections. */
const LAST_HOURS = 4;

const integ = new Integ('Token');
const vpc = integ.isolatedVpc();
const [, reader] = integ.expectSharing(new ServerlessCache(integ.stack, 'Cache', { vpc }), { vpc });
const hour = new Traffic(integ.stack, 'Hour', { fn: reader, pauses: every(Duration.seconds(30), 108) });
for (let passed = 0; passed < HOURS; passed++) {
  integ.expectRun(hour);
}
integ.expectAtMost(reader.metricSharedErrors(), 0, LAST_HOURS);
integ.expectAtMost(reader.metricCache(CacheMetric.BREAKER_OPEN), 0, LAST_HOURS);
