import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { CachedFunction } from 'cdk-cached-function';

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
