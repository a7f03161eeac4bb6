import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction, CacheEngine, ReplicationGroupCache } from 'cdk-cached-function';

/** Nodes of a chosen size, in a VPC that is there already, for two teams whose entries are kept apart. */

const app = new App();
const stack = new Stack(app, 'ReplicationGroup');

/** In a real app: Vpc.fromLookup(). */
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
});
const cache = new ReplicationGroupCache(stack, 'Cache', {
  vpc,
  engine: CacheEngine.VALKEY,
  nodeType: 'cache.t4g.small',
  replicas: 1,
  maintenanceWindow: 'sun:03:00-sun:04:00',
});

const productApi = new CfnParameter(stack, 'ProductApi', { default: 'https://products.example.com' });
for (const team of ['Shop', 'Search']) {
  new CachedFunction(stack, `${team}Product`, {
    entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
    runtime: Runtime.NODEJS_24_X,
    memorySize: 256,
    vpc,
    environment: { PRODUCT_API: productApi.valueAsString },
    caching: { ttl: Duration.minutes(10) },
    // ElastiCache lets neither see the other's entries.
    sharedCache: cache.addUser(team, { namespace: team.toLowerCase() }),
  });
}

acknowledgeServiceRole(app);
Validations.of(cache).acknowledge({
  id: 'AwsSolutions-AEC6',
  reason: 'Its users have IAM tokens and ACLs of their own, which a password for everybody (Redis AUTH) would exclude.',
});
