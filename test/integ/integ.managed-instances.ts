import { Duration } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { CapacityProvider } from 'aws-cdk-lib/aws-lambda';
import { handler, Integ } from './integ';
import { CachedFunction } from 'cdk-cached-function';

/**
 * docs/unverified.md: on Managed Instances each worker thread has its own memory, and refreshes run as plain background work. Instances of
 * EC2 run while the stack is there; logs take the NAT gateway.
 */

const integ = new Integ('ManagedInstances');
const vpc = new Vpc(integ.stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
const capacity = new CapacityProvider(integ.stack, 'Capacity', {
  subnets: vpc.privateSubnets, securityGroups: [new SecurityGroup(integ.stack, 'Instances', { vpc })], maxVCpuCount: 12,
});

function onInstances(id: string, ttl: Duration): CachedFunction {
  // The smallest that there is.
  const fn = integ.function(id, { entry: handler('tell-thread'), memorySize: 2_048, caching: { ttl, staleWhileRevalidate: Duration.hours(1) } });
  capacity.addFunction(fn);
  return fn;
}

const fresh = onInstances('Fresh', Duration.hours(2));
const stale = onInstances('Stale', Duration.seconds(1));
const probe = integ.probe('call-at-once');
[fresh, stale].forEach((fn) => fn.grantInvoke(probe));

integ.expectAnswer(probe, { functionName: fresh.functionName, rounds: 3, pauseMs: 0 }, { severalThreads: true, loadedAgain: false });
integ.expectMetric(fresh, 'Hits');
// What is stale is answered at once: a load runs after the response.
integ.expectAnswer(probe, { functionName: stale.functionName, rounds: 3, pauseMs: 2_000 }, { severalThreads: true, loadedAgain: true });
integ.expectMetric(stale, 'StaleHits');
