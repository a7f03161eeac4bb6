import { Duration } from 'aws-cdk-lib';
import { handler, Integ } from './integ';
import { Traffic } from './traffic';
import { DynamoDbCache } from 'cdk-cached-function';

/** docs/unverified.md: a connection to DynamoDB that was idle for 2, 6 and 20 minutes costs no more than one timeout. */

const integ = new Integ('Idle');
const fn = integ.function('Seldom', {
  entry: handler('share-thing'), sharedCache: new DynamoDbCache(integ.stack, 'Cache'), timeout: Duration.seconds(30), caching: { ttl: Duration.hours(1) },
});
const pauses = [Duration.seconds(1), Duration.minutes(2), Duration.minutes(6), Duration.minutes(20)];
integ.expectRun(new Traffic(integ.stack, 'Calls', { fn, pauses }));
integ.expectMetric(fn, 'SharedMisses');
integ.expectAtMost(fn.metricSharedTimeouts(), pauses.length);
