/**
 * `npx projen demo`: synthesizes examples/product-catalog, takes its function from the cloud assembly as CloudFormation would,
 * and replays a shop's real requests through it, on Lambda's own runtime client. `npx projen demo -- --shared`: with and without a
 * shared tier, while environments are recycled (shared-demo.ts).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dashboardBody } from './dashboard-body';
import { htmlReport } from './html-report';
import { Origin, ORIGIN_MAX_MS, ORIGIN_MIN_MS } from './origin';
import { ProgressBar } from './progress-bar';
import { replay, type Replay, type ReplayTarget } from './replay';
import { sharedDemo } from './shared-demo';
import { latencyOf } from './statistics';
import { printComparison, type Comparison } from './text-report';
import { readTrace } from './trace';
import { MODE_VARIABLE } from '../../src/runtime-settings';
import { type FunctionDefinition, LambdaEmulator, missingParts } from '../../test/lambda-emulator';
import { functionsFromAssembly } from '../../test/lambda-emulator/cloud-assembly';
import { InProcessFunction } from '../../test/lambda-emulator/in-process';

const ENVIRONMENTS = 5;
/** As Lambda does it in its own time: after this many requests one of the environments is gone. */
const RECYCLE_EVERY = 15_000;
/** Response times and bills are compared on the trace's beginning: all of it, uncached, would only take longer. */
const COMPARED_REQUESTS = 5_000;

const project = join(__dirname, '..', '..');
const reports = join(project, 'reports');

async function main(): Promise<void> {
  const trace = readTrace();
  const missing = missingParts();
  console.log(missing.length === 0
    ? 'Running on aws-lambda-ric, the runtime client that Lambda itself uses; idle environments are frozen.'
    : `Running in this process, WITHOUT Lambda's runtime client, freezes or scale-out:\n${missing.map((part) => `  ${part}`).join('\n')}`);

  const assembly = synthesize();
  const origin = await Origin.start();
  try {
    const [definition] = functionsFromAssembly(assembly, { resolve: { ProductApi: origin.url } });
    const dashboard = dashboardBody(assembly, definition.functionName);
    console.log(`Origin: ${ORIGIN_MIN_MS} to ${ORIGIN_MAX_MS} ms. Up to ${ENVIRONMENTS} environments of ${definition.memorySizeMb} MB on ${definition.runtime},`
      + ` one of them recycled every ${RECYCLE_EVERY.toLocaleString('en')} requests.`);

    const uncached = await run('without the cache', trace.slice(0, COMPARED_REQUESTS), {
      ...definition,
      environment: { ...definition.environment, [MODE_VARIABLE]: 'off' },
    });
    const callsWithoutCache = origin.calls;
    const cached = await run('with the cache', trace, definition);
    report({ cached, uncached, callsWithoutCache, originCalls: origin.calls - callsWithoutCache, comparedRequests: COMPARED_REQUESTS }, dashboard);
  } finally {
    origin.stop();
  }
}

function synthesize(): string {
  const example = join(project, 'examples', 'product-catalog');
  const output = join(reports, 'demo.cdk.out');
  console.log('cdk synth (examples/product-catalog)');
  // What it says while all is well is of no interest; if it fails, the error carries what it said.
  execFileSync('npx', ['cdk', 'synth', '--quiet', '--output', output], { cwd: example, stdio: 'pipe' });
  return output;
}

async function run(title: string, trace: readonly string[], definition: FunctionDefinition): Promise<Replay> {
  const real = missingParts().length === 0;
  const target: ReplayTarget & { stop(): Promise<void> } = real
    ? await LambdaEmulator.start(definition, { maxEnvironments: ENVIRONMENTS })
    : await InProcessFunction.start(definition);
  const progress = new ProgressBar(title, trace.length);
  try {
    return await replay(trace, target, {
      clients: real ? ENVIRONMENTS : 1,
      recycleEvery: RECYCLE_EVERY,
      onProgress: (done, { hits, misses }) => progress.show(done, hits + misses > 0 ? `hit rate ${(100 * hits / (hits + misses)).toFixed(1)} %` : ''),
    });
  } finally {
    progress.end();
    await target.stop();
  }
}

function report(comparison: Comparison, dashboard: string): void {
  const { cached, uncached, originCalls } = comparison;
  const { hits, misses } = cached.emf;
  const compared = latencyOf(cached.responseMs.slice(0, comparison.comparedRequests));
  printComparison(comparison, compared);

  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, 'demo.json'), `${JSON.stringify({
    requests: cached.requests,
    hits,
    misses,
    hitRate: hits / (hits + misses),
    originCalls,
    environments: cached.environments,
    p50Ms: { cached: compared.p50, uncached: uncached.latency.p50 },
    p99Ms: { cached: compared.p99, uncached: uncached.latency.p99 },
  }, undefined, 2)}\n`);
  writeFileSync(join(reports, 'demo.html'), htmlReport(comparison, compared, dashboard));
  console.log(`Written: ${['demo.json', 'demo.html'].map((file) => relative(process.cwd(), join(reports, file))).join(', ')}`);

  if (hits + misses !== cached.requests || misses !== originCalls || cached.emf.originCalls !== originCalls) {
    throw new Error(`The metrics and the origin disagree: ${hits} hits + ${misses} misses for ${cached.requests} requests, `
      + `${cached.emf.originCalls} origin calls by the metrics, ${originCalls} counted by the origin.`);
  }
  console.log(`The metrics agree with the origin: it was called ${originCalls.toLocaleString('en')} times.`);
}

(process.argv.includes('--shared') ? sharedDemo(reports) : main()).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
