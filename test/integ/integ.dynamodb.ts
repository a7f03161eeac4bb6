import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { GatewayVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { handler, Integ } from './integ';
import { DynamoDbCache } from 'cdk-cached-function';

/** docs/unverified.md: a table of DynamoDB: its permissions, by the beginning of keys; its answers when there is too much; its latency. */

const integ = new Integ('DynamoDb');
const cache = new DynamoDbCache(integ.stack, 'Cache');
integ.expectSharing(cache);

// By patterns of IAM, that namespace would be all of them.
const reading = { entry: handler('read-keys'), sharedCache: cache, environment: { TABLE: cache.table.tableName }, timeout: Duration.seconds(30) };
const patterned = integ.function('Patterned', { ...reading, caching: { namespace: '${*}*' } });
integ.expectAnswer(patterned, { keys: ['${*}*:thing'] }, 'allowed');
integ.expectAnswer(patterned, { keys: ['integ:thing'] }, 'AccessDeniedException');
integ.expectAnswer(patterned, { keys: ['${*}*:thing', 'integ:thing'] }, 'AccessDeniedException');

// An endpoint whose policy allows nothing.
const vpc = integ.isolatedVpc();
const endpoint = vpc.addGatewayEndpoint('Closed', { service: GatewayVpcEndpointAwsService.DYNAMODB });
endpoint.addToPolicy(new PolicyStatement({ effect: Effect.DENY, principals: [new AnyPrincipal()], actions: ['dynamodb:*'], resources: ['*'] }));
const enclosed = integ.function('Enclosed', { ...reading, vpc, caching: { namespace: 'integ' } });
integ.expectAnswer(enclosed, { keys: ['integ:thing'] }, 'AccessDeniedException');

// Longer waits than the default, which is what is in question.
const lookingUp = { entry: handler('look-up-many'), timeout: Duration.seconds(30) };
const patient = { ttl: Duration.hours(1), sharedTimeout: Duration.seconds(2), sharedBudget: Duration.seconds(20) };
const timed = integ.function('Timed', { ...lookingUp, sharedCache: cache, caching: patient, memorySize: 1_769 });
integ.expectAnswer(timed, { count: 500 }, { count: 500 });
integ.expectMetric(timed, 'SharedLatency');
integ.expectAtMost(timed.metricSharedLatency({ statistic: Stats.percentile(90) }), 50);

const scarce = new DynamoDbCache(integ.stack, 'Scarce', { maxReadRequestUnits: 1 });
const throttled = integ.function('Throttled', { ...lookingUp, sharedCache: scarce });
for (let call = 0; call < 5; call++) {
  integ.expectAnswer(throttled, { count: 500, together: true }, { count: 500 });
}
integ.expectMetric(throttled, 'SharedErrors');
integ.expectMetricOf('AWS/DynamoDB', 'ReadThrottleEvents', { TableName: scarce.table.tableName });
