import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CacheDashboard, CachedFunction } from 'cdk-cached-function';

const app = new App();
const stack = new Stack(app, 'ProductCatalog');

/** The origin: a product database behind HTTP, slow and paid for by the call. */
const productApi = new CfnParameter(stack, 'ProductApi', { default: 'https://products.example.com' });

const getProduct = new CachedFunction(stack, 'GetProduct', {
  entry: join(__dirname, 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  environment: { PRODUCT_API: productApi.valueAsString },
  caching: { ttl: Duration.minutes(10) },
});
getProduct.addCachePolicy('product', { ttl: Duration.hours(1) });

/** Whether it pays, and how it is: `npx projen demo` draws the same graphs from a replay of real requests. */
new CacheDashboard(stack, 'Dashboard', { functions: [getProduct] });
getProduct.addAlarms({
  hitRate: { warning: { thresholdPercent: 60 } },
  errorRate: { warning: { thresholdPercent: 1 }, critical: { thresholdPercent: 10 } },
});

acknowledgeServiceRole(app);
