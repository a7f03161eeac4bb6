import { join } from 'node:path';
import { App, CfnParameter, Duration, Size, Stack } from 'aws-cdk-lib';
import { FlowLogDestination, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction, ServerlessCache } from 'cdk-cached-function';

/** A shared cache that needs no care: entries outlive environments, and every function of the fleet finds them. */

const app = new App();

/** What is shared is in a stack of its own: functions come and go, and the cache stays. */
const shared = new Stack(app, 'ValkeyServerlessCache');
const vpc = new Vpc(shared, 'Vpc', {
  maxAzs: 2,
  natGateways: 1,
  flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
});
const cache = new ServerlessCache(shared, 'Cache', {
  vpc,
  // The most that it can cost: without them there is no bound.
  maxDataStorage: Size.gibibytes(1),
  maxEcpuPerSecond: 5_000,
});

const catalog = new Stack(app, 'ValkeyServerlessCatalog');
const productApi = new CfnParameter(catalog, 'ProductApi', { default: 'https://products.example.com' });
new CachedFunction(catalog, 'GetProduct', {
  entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  vpc,
  // Through the NAT gateway to the product API.
  vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
  environment: { PRODUCT_API: productApi.valueAsString },
  caching: {
    ttl: Duration.hours(1),
    memoryTtl: Duration.seconds(30),
    staleIfError: Duration.hours(6),
  },
  sharedCache: cache,
});

acknowledgeServiceRole(app);
