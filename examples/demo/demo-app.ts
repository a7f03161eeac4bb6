import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel } from 'aws-cdk-lib/aws-lambda-nodejs';
import { dashboardBody } from './dashboard-body';
import {
  CacheAuth, CacheDashboard, CachedFunction, type CachedFunctionProps, Coherence, Identity, RedisCompatibleCache, ResponseCaching,
} from '../../src';
import { type FunctionDefinition, functionsFromAssembly } from '../../tools/lambda-emulator';

/** More than any trace lasts on the replay's clock, by which a function sees how much of its time is left. */
const TIMEOUT_MS = 14 * 24 * 3_600_000;

export interface DemoApp {
  /** The function of examples/product-catalog. */
  readonly steady: FunctionDefinition;
  /** The same, with entries that may be used after their ttl when the origin fails. */
  readonly outage: FunctionDefinition;
  /** The same, with entries that are refreshed after the response. */
  readonly stale: FunctionDefinition;
  /** The same, with a shared cache. */
  readonly shared?: FunctionDefinition;
  /** A page for each user, whose whole responses are cached. */
  readonly pages: FunctionDefinition;
  /** Of the dashboard beside the function. */
  readonly dashboard: string;
}

/** Synthesizes what the demo runs, and takes the functions from the cloud assembly as CloudFormation would. */
export function synthesizeDemo(originUrl: string, ttl: Duration, redisPort?: number): DemoApp {
  const app = new App();
  const stack = new Stack(app, 'ProductCatalog');
  const props = {
    entry: join(__dirname, 'handler.ts'),
    runtime: Runtime.NODEJS_24_X,
    memorySize: 256,
    environment: { PRODUCT_API: originUrl },
    bundling: { logLevel: LogLevel.ERROR },
  };
  const add = (id: string, more: Partial<CachedFunctionProps>) => new CachedFunction(stack, id, { ...props, ...more });
  const steady = add('Steady', {});
  steady.addCachePolicy('product', { ttl });
  new CacheDashboard(stack, 'Dashboard', { functions: [steady] });
  add('Outage', { caching: { ttl: Duration.seconds(30), staleIfError: Duration.hours(1) } });
  add('Stale', { caching: { ttl: Duration.seconds(30), staleWhileRevalidate: Duration.minutes(5) } });
  add('Pages', { entry: join(__dirname, 'page-handler.ts'), responses: ResponseCaching.http({ varyBy: [Identity.jwtClaim('sub')] }) });
  if (redisPort !== undefined) {
    add('Shared', {
      entry: join(__dirname, 'invalidating-handler.ts'),
      caching: { ttl: Duration.hours(1), coherence: Coherence.PER_INVOCATION },
      sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: '127.0.0.1', port: redisPort, tls: false, auth: CacheAuth.none() }),
    });
  }
  const { directory } = app.synth();
  const definitions = functionsFromAssembly(directory);
  const find = (id: string): FunctionDefinition => {
    const definition = definitions.find(({ functionName }) => functionName.includes(`-${id}`))!;
    return { ...definition, timeoutMs: TIMEOUT_MS };
  };
  return {
    steady: find('Steady'),
    outage: find('Outage'),
    stale: find('Stale'),
    pages: find('Pages'),
    shared: redisPort === undefined ? undefined : find('Shared'),
    dashboard: dashboardBody(directory, find('Steady').functionName),
  };
}
