import { Duration } from 'aws-cdk-lib';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Integ } from './integ';
import { every, Traffic } from './traffic';
import { ReplicationGroupCache } from 'cdk-cached-function';

/** docs/unverified.md: what a fail-over of ElastiCache does to functions that are called meanwhile: nothing but asking their origin. */

const integ = new Integ('Failover');
const vpc = integ.isolatedVpc();
const cache = new ReplicationGroupCache(integ.stack, 'Cache', { vpc, nodeType: 'cache.t4g.micro', replicas: 1 });
const [first, second] = integ.expectSharing(cache, { vpc });

const failover = new CallAwsService(integ.stack, 'TestFailover', {
  service: 'elasticache',
  action: 'testFailover',
  parameters: { ReplicationGroupId: cache.replicationGroupId, NodeGroupId: '0001' },
  iamResources: ['*'],
});
integ.expectRun(new Traffic(integ.stack, 'Meanwhile', { fn: first, first: failover, pauses: every(Duration.seconds(5), 180) }));
integ.expectOfAws({
  service: 'ElastiCache',
  operation: 'DescribeEvents',
  pick: ['Events.*.Message'],
  input: { SourceType: 'replication-group', SourceIdentifier: cache.replicationGroupId, Duration: 120 },
}, /Failover .*completed/);
integ.expectFound(first, second);
