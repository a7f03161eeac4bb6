import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction, DynamoDbCache } from 'cdk-cached-function';

/** A shared cache without a VPC: nothing to size, and nothing that costs while nobody calls. */

const app = new App();

/** What is shared is in a stack of its own: functions come and go, and the cache stays. */
const shared = new Stack(app, 'DynamoDbCache');
const cache = new DynamoDbCache(shared, 'Cache', {
  // The most that it can cost: without them there is no bound.
  maxReadRequestUnits: 3_000,
  maxWriteRequestUnits: 1_000,
});

const catalog = new Stack(app, 'DynamoDbCatalog');
const productApi = new CfnParameter(catalog, 'ProductApi', { default: 'https://products.example.com' });
new CachedFunction(catalog, 'GetProduct', {
  entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  environment: { PRODUCT_API: productApi.valueAsString },
  caching: {
    ttl: Duration.hours(1),
    // What one environment has read it does not read again for so long: each look-up costs two read units or more.
    memoryTtl: Duration.minutes(1),
    staleIfError: Duration.hours(6),
  },
  sharedCache: cache,
});

acknowledgeServiceRole(app);
Validations.of(cache).acknowledge({ id: 'AwsSolutions-DDB3', reason: 'Nothing in a cache is worth a backup: losing every entry loses no data.' });
