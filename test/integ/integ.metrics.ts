import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Integ } from './integ';
import { DynamoDbCache } from 'cdk-cached-function';

/** docs/unverified.md: what metric math makes of the dashboard's expressions and of an alarm's, and of metrics without data. */

const integ = new Integ('Metrics');
const [first, second] = integ.expectSharing(new DynamoDbCache(integ.stack, 'Cache'));

integ.expectDrawn(first, [
  'Hit rate: all caches', 'Calls: misses', 'Origin calls: made', 'Origin calls: saved', 'Origin calls by cache: thing', 'Latency of the origin: p50',
  'Memory of an environment: average', 'Latency of the shared cache: p99',
]);
integ.expectDrawn(second, ['Hit rate by tier: this environment', 'Hit rate by tier: shared cache']);

// Without data it would be INSUFFICIENT_DATA.
const alarm = second.addHitRateAlarm('low', {
  thresholdPercent: 1, minRequests: 1, period: Duration.minutes(1), evaluationPeriods: 1, treatMissingData: TreatMissingData.MISSING,
});
integ.expectOfAws({
  service: 'CloudWatch', operation: 'DescribeAlarmHistory', input: { AlarmName: alarm.alarmName, HistoryItemType: 'StateUpdate' }, pick: ['AlarmHistoryItems.*.HistorySummary'],
}, /to OK/);

// Neither hits nor misses: a rate of nothing, which is no error either.
const off = integ.function('Off', { environment: { CDK_CACHED_FUNCTION_MODE: 'off' } });
integ.expectAnswer(off, { id: '1' }, { ids: ['1'], loads: 1 });
integ.expectDrawn(off, ['Calls: past the cache'], ['Hit rate: all caches']);

// At last, since it is AWS's to decide: of FILL, whose metrics have never been written.
integ.expectDrawn(first, ['Calls: fresh hits']);
