import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction, MemcachedCache, MemcachedCapacity } from 'cdk-cached-function';

/** Nodes of Memcached, which functions find by Auto Discovery, in a VPC that is there already. */

const app = new App();
const stack = new Stack(app, 'Memcached');

/** In a real app: Vpc.fromLookup(). */
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
});
const cache = new MemcachedCache(stack, 'Cache', {
  vpc,
  // Without it: serverless.
  capacity: MemcachedCapacity.nodes({ nodeType: 'cache.t4g.small', count: 2 }),
});

const productApi = new CfnParameter(stack, 'ProductApi', { default: 'https://products.example.com' });
new CachedFunction(stack, 'GetProduct', {
  entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  vpc,
  environment: { PRODUCT_API: productApi.valueAsString },
  caching: { ttl: Duration.minutes(10), memoryTtl: Duration.seconds(30) },
  // Whatever reaches a Memcached can use it: nobody but this function does.
  sharedCache: cache,
});

acknowledgeServiceRole(app);
Validations.of(cache).acknowledge({
  id: 'AwsSolutions-AEC5',
  reason: 'Another port would hide it from nobody: its security group lets in this function alone.',
});
