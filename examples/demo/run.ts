/**
 * `npx projen demo`: a synthesized function on Lambda's own runtime client, with the requests of a real shop, with and without its cache.
 * For the options see options.ts.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { invalidationAct, outageAct, staleAct } from './acts';
import { type DemoApp, synthesizeDemo } from './demo-app';
import { htmlReport } from './html-report';
import { type DemoOptions, readOptions } from './options';
import { Origin } from './origin';
import { ProgressBar } from './progress-bar';
import { Replay } from './replay';
import { responsesAct } from './responses-act';
import { sharedDemo } from './shared-demo';
import { type DemoResult, percent, printResult } from './text-report';
import { readTrace, shopTrace, type TraceRequest } from './trace';
import { MODE_VARIABLE } from '../../src/contract/runtime-settings';
import { missingRedis, startRedis } from '../../test/equipment/redis-servers';
import { type FunctionDefinition, LambdaEmulator, missingParts } from '../../tools/lambda-emulator';

/** As many as the machine of a newcomer has cores. */
const ENVIRONMENTS = 2;
/** Requests before those that are compared: they fill the cache. */
const EARLIER = 60_000;
const COMPARED = 2_000;
/** Of the hit rate over time, for short traces. */
const POINTS = 60;
/** With and without take turns, so that whatever else this machine does slows both down. */
const TURN = 250;
/** With --full: as Lambda does it in its own time, after this many requests one of the environments is gone. */
const RECYCLE_EVERY = 15_000;
/** Of the outage act: its requests a second, and how many products it knows. */
const OUTAGE_RATE = 20;
const OUTAGE_TRACE = 600;

const reports = join(__dirname, '..', '..', 'reports');

async function main(options: DemoOptions): Promise<void> {
  const started = Date.now();
  const trace = options.trace === undefined ? shopTrace(options.requestsPerSecond) : readTrace(options.trace, options.requestsPerSecond);
  const origin = await Origin.start(options.originMs);
  const lacking = missingRedis();
  const redis = lacking === undefined ? await startRedis() : undefined;
  try {
    console.log('Synthesizing the function of examples/product-catalog');
    const app = synthesizeDemo(origin.url, Duration.seconds(options.ttlSeconds), redis?.port);
    const compared = await compare(app.steady, origin, trace, options);
    const result: DemoResult = {
      ...compared,
      memoryMb: app.steady.memorySizeMb,
      originMs: options.originMs,
      ttlSeconds: options.ttlSeconds,
      ownTrace: options.trace !== undefined,
      ...await acts(app, origin, trace, lacking),
    };
    report(result, app.dashboard);
    console.log(`${((Date.now() - started) / 1_000).toFixed(0)} s. Open reports/demo.html.`);
  } finally {
    origin.stop();
    await redis?.stop();
  }
}

async function compare(definition: FunctionDefinition, origin: Origin, trace: readonly TraceRequest[], { full, trace: own }: DemoOptions) {
  const emulate = (environment: Readonly<Record<string, string>>) =>
    LambdaEmulator.start({ ...definition, environment: { ...definition.environment, ...environment } }, { maxEnvironments: ENVIRONMENTS });
  const [cached, uncached] = [await emulate({}), await emulate({ [MODE_VARIABLE]: 'off' })];
  try {
    const whole = full || own !== undefined;
    const sent = whole ? trace : trace.slice(EARLIER, EARLIER + COMPARED);
    const windowSize = Math.min(1_000, Math.ceil(trace.length / POINTS));
    const [withCache, withoutCache] = [cached, uncached].map((target) => new Replay(target, origin, ENVIRONMENTS, windowSize));
    if (!whole) {
      console.log(`Filling the cache with the ${EARLIER.toLocaleString('en')} requests before`);
      await withCache.fill(trace.slice(0, EARLIER / 3));
      await withCache.recycle();
      await withCache.fill(trace.slice(EARLIER / 3, EARLIER));
      // Both have had their cold starts before they are compared.
      await withoutCache.fill(trace.slice(EARLIER - 2 * ENVIRONMENTS, EARLIER));
    }
    const progress = new ProgressBar('with and without', 2 * sent.length);
    const show = () => progress.show(withCache.requests + withoutCache.requests, `hit rate ${percent(withCache.hitRate)}`);
    for (let from = 0; from < sent.length; from += TURN) {
      const turn = sent.slice(from, from + TURN);
      await withCache.send(turn, whole ? RECYCLE_EVERY : Infinity, show);
      await withoutCache.send(turn, whole ? RECYCLE_EVERY : Infinity, show);
    }
    progress.end();
    return { withCache, withoutCache };
  } finally {
    await Promise.all([cached.stop(), uncached.stop()]);
  }
}

async function acts(app: DemoApp, origin: Origin, trace: readonly TraceRequest[], lacking: string | undefined): Promise<Pick<DemoResult, 'outage' | 'stale' | 'invalidation' | 'responses'>> {
  console.log('The origin fails; a stale hit; an invalidation; whole responses');
  return {
    outage: await outageAct(app.outage, origin, trace.slice(0, OUTAGE_TRACE), OUTAGE_RATE),
    stale: await staleAct(app.stale, origin),
    invalidation: app.shared === undefined ? lacking! : await invalidationAct(app.shared, origin),
    responses: await responsesAct(app.pages, origin),
  };
}

function report(result: DemoResult, dashboard: string): void {
  const { withCache, withoutCache } = result;
  const { hits, misses, originCalls } = withCache.emf;
  printResult(result);
  mkdirSync(reports, { recursive: true });
  const pair = (value: (replay: Replay) => number) => ({ cached: value(withCache), uncached: value(withoutCache) });
  writeFileSync(join(reports, 'demo.json'), `${JSON.stringify({
    requests: withCache.requests,
    hits,
    misses,
    hitRate: withCache.hitRate,
    originCalls: withCache.originCalls,
    environments: withCache.environments,
    p50Ms: pair(({ latency }) => latency.p50),
    p95Ms: pair(({ latency }) => latency.p95),
    p99Ms: pair(({ latency }) => latency.p99),
    outage: result.outage,
    stale: result.stale,
    invalidation: result.invalidation,
    responses: result.responses,
  }, undefined, 2)}\n`);
  writeFileSync(join(reports, 'demo.html'), htmlReport(result, dashboard));
  console.log(`Written: ${['demo.json', 'demo.html'].map((file) => relative(process.cwd(), join(reports, file))).join(', ')}`);

  if (hits + misses !== withCache.requests || misses !== withCache.originCalls || originCalls !== withCache.originCalls) {
    throw new Error(`The metrics and the origin disagree: ${hits} hits + ${misses} misses for ${withCache.requests} requests, `
      + `${originCalls} origin calls by the metrics, ${withCache.originCalls} counted by the origin.`);
  }
  console.log(`The metrics agree with the origin: it was called ${originCalls.toLocaleString('en')} times.`);
}

async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const missing = missingParts();
  if (missing.length > 0) {
    throw new Error(`The demo runs on Lambda's runtime client, and this machine lacks:\n${missing.map((part) => `  ${part}`).join('\n')}`);
  }
  await (options.shared ? sharedDemo(reports, options) : main(options));
}

start().catch((error: unknown) => {
  console.error(error instanceof Error && error.message.includes('\n') ? error.message : error);
  process.exitCode = 1;
});
