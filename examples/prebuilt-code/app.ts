import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction } from 'cdk-cached-function';

/**
 * Code that is built already, by whatever builds it: neither esbuild nor Docker is needed where the app synthesizes. The layer answers its import
 * of `cdk-cached-function/runtime`, which a bundler must leave alone (`external`). The same app in other languages: python-app, java-app, go-app.
 */

const app = new App();
const stack = new Stack(app, 'PrebuiltCode');

const getThing = new CachedFunction(stack, 'GetThing', {
  code: Code.fromAsset(join(__dirname, 'functions', 'get-thing')),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
  caching: { ttl: Duration.minutes(10) },
});

// Wins over what the handler's code says about this cache.
getThing.addCachePolicy('thing', { ttl: Duration.hours(1) });

acknowledgeServiceRole(app);
