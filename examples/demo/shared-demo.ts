/** What a shared cache is for: origin calls, where environments come and go. The same requests with memory only and with a Redis beside it, while environments come and go. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { type DemoOptions } from './options';
import { Origin } from './origin';
import { ProgressBar } from './progress-bar';
import { Replay } from './replay';
import { printSharedReport, sharedHtml } from './shared-report';
import { percent } from './text-report';
import { shopTrace } from './trace';
import { CacheAuth, CachedFunction, type ISharedCache, RedisCompatibleCache } from '../../src';
import { missingRedis, startRedis } from '../../test/equipment/redis-servers';
import { type FunctionDefinition, LambdaEmulator, missingParts } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';

const REQUESTS = 20_000;
const ENVIRONMENTS = 5;
/** A busy day of deployments and scaling, in a minute: after this many requests one of the environments is gone. */
const RECYCLE_EVERY = 500;

/** @throws Error if there is no redis-server, or no runtime client, and how to get them */
export async function sharedDemo(reports: string, options: DemoOptions): Promise<void> {
  const missing = [missingRedis(), ...missingParts()].filter((part) => part !== undefined);
  if (missing.length > 0) {
    throw new Error(`The demo with a shared tier needs what this machine lacks.\n${missing.map((part) => `  ${part}`).join('\n')}`);
  }
  console.log(`${REQUESTS.toLocaleString('en')} requests, ${ENVIRONMENTS} environments, one of them recycled every ${RECYCLE_EVERY} requests.`);
  const [origin, server] = await Promise.all([Origin.start(options.originMs), startRedis()]);
  try {
    const memory = await run('memory only', synthesize(origin), origin, options);
    const callsWithMemory = origin.calls;
    const shared = await run('memory and Redis', synthesize(origin, (stack) =>
      new RedisCompatibleCache(stack, 'Cache', { host: '127.0.0.1', port: server.port, tls: false, auth: CacheAuth.none() })), origin, options);
    const comparison = { memory, shared, originCalls: { memory: callsWithMemory, shared: origin.calls - callsWithMemory } };

    printSharedReport(comparison);
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, 'demo-shared.html'), sharedHtml(comparison));
    writeFileSync(join(reports, 'demo-shared.json'), `${JSON.stringify({
      requests: REQUESTS,
      environments: { memory: memory.environments, shared: shared.environments },
      originCalls: comparison.originCalls,
      hitRate: { memory: memory.hitRate, shared: shared.hitRate },
      sharedHits: shared.emf.sharedHits,
    }, undefined, 2)}\n`);
    console.log(`Written: ${['demo-shared.json', 'demo-shared.html'].map((file) => relative(process.cwd(), join(reports, file))).join(', ')}`);
    for (const [name, { emf }] of Object.entries({ memory, shared })) {
      const counted = comparison.originCalls[name as 'memory' | 'shared'];
      if (emf.originCalls !== counted) {
        throw new Error(`The metrics and the origin disagree about ${name}: ${emf.originCalls} calls by the metrics, ${counted} counted by the origin.`);
      }
    }
  } finally {
    origin.stop();
    await server.stop();
  }
}

/** The function of examples/product-catalog, with or without a shared cache. */
function synthesize(origin: Origin, cacheIn?: (stack: Stack) => ISharedCache): FunctionDefinition {
  const app = new App();
  const stack = new Stack(app, 'ProductCatalog');
  new CachedFunction(stack, 'GetProduct', {
    entry: join(__dirname, '..', 'product-catalog', 'get-product.ts'),
    runtime: Runtime.NODEJS_24_X,
    memorySize: 256,
    environment: { PRODUCT_API: origin.url },
    caching: { ttl: Duration.hours(1) },
    sharedCache: cacheIn?.(stack),
  });
  return functionsFromAssembly(app.synth().directory)[0];
}

async function run(title: string, definition: FunctionDefinition, origin: Origin, options: DemoOptions): Promise<Replay> {
  const emulator = await LambdaEmulator.start(definition, { maxEnvironments: ENVIRONMENTS });
  const progress = new ProgressBar(title, REQUESTS);
  const replay = new Replay(emulator, origin, ENVIRONMENTS);
  try {
    await replay.send(shopTrace(options.requestsPerSecond).slice(0, REQUESTS), RECYCLE_EVERY, () => progress.show(replay.requests, `hit rate ${percent(replay.hitRate)}`));
    return replay;
  } finally {
    progress.end();
    await emulator.stop();
  }
}
