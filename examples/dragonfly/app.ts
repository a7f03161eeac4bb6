import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { FlowLogDestination, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { Dragonfly } from './dragonfly';
import { acknowledgeServiceRole } from '../acknowledge';
import { CacheAuth, CachedFunction, RedisCompatibleCache } from 'cdk-cached-function';

/** A Dragonfly server of one's own as the shared cache. What it costs, and what it is not: README.md. */

const app = new App();
const stack = new Stack(app, 'DragonflyCatalog');
const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 1,
  flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
});
const dragonfly = new Dragonfly(stack, 'Dragonfly', { vpc });

const cache = new RedisCompatibleCache(stack, 'Cache', {
  host: dragonfly.host,
  // Inside the VPC, and authenticated; for TLS give the server a certificate, and `caCertificate` here.
  tls: false,
  auth: CacheAuth.secret(dragonfly.password),
  vpc,
  securityGroups: dragonfly.connections.securityGroups,
});

const productApi = new CfnParameter(stack, 'ProductApi', { default: 'https://products.example.com' });
new CachedFunction(stack, 'GetProduct', {
  entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  environment: { PRODUCT_API: productApi.valueAsString },
  caching: { ttl: Duration.minutes(10) },
  sharedCache: cache,
});

acknowledgeServiceRole(app);
