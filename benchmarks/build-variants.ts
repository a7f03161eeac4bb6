import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle, runInFreshProcess } from './fresh-process';
import { bundleTask, LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import { median } from './median';
import { withDax } from './running-dax';
import { patient, type RunningServer, withEachTier } from './shared-tiers';
import { rounded } from './turns';
import type { RedisSettings } from '../src/contract/shared-settings';
import { missingRedis, startRedisCluster } from '../test/equipment/redis-servers';
import { findNode } from '../tools/lambda-emulator/node-binaries';

export interface BuildVariant {
  /** The part of the layer besides the handler; for Redis, also with another Node.js, and as ServerlessCache connects. */
  readonly name: string;
  readonly gzipBytes: number;
  /** INIT's time beyond that of a function with memory only. */
  readonly addedInitMs: number;
  /** The same in processor time of all its threads, which does not include other processes' work on a busy machine. */
  readonly addedCpuMs: number;
  /** The first call, right after INIT: a shared hit. It waits until the connection is ready. */
  readonly firstHitMs: number;
}

interface Start {
  readonly initMs: number;
  readonly cpuMs: number;
  readonly firstMs: number;
  readonly originCalls: number;
}

type StartFunction = (environment: Record<string, string>) => Promise<Start>;

const ROUNDS = 15;

/** The Redis part alone, as ServerlessCache has it. */
export const AS_SERVERLESS = 'redis: TLS, cluster, IAM';

/** Node.js 22 loads modules in another way. */
export const ON_NODE_22 = ', Node.js 22';

/** The product that inside/variant-start.ts reads. */
const ID = '1';

/** The cost of each build variant over the memory-only one: bytes, INIT, and the wait for a connection made meanwhile. */
export async function benchBuildVariants(workDirectory: string): Promise<BuildVariant[]> {
  const task = await bundleTask(join(__dirname, 'inside', 'variant-handler.ts'), workDirectory);
  const script = await bundle(join(__dirname, 'inside', 'variant-start.ts'), join(workDirectory, 'variant-start.mjs'));
  const startOn = (node?: string): StartFunction => (environment) => runInFreshProcess<Start>(script, [LAYER_HANDLER], { environment, node });
  const start = startOn();
  const node22 = findNode(22);
  const shared = (await withEachTier(async (kind, server) => [
    await addedBy(kind, kind, start, lambdaEnvironment(task), sharedEnvironment(task, server)),
    ...(kind === 'redis' && node22 !== undefined
      ? [await addedBy(kind + ON_NODE_22, kind, startOn(node22), lambdaEnvironment(task), sharedEnvironment(task, server))]
      : []),
  ])).flat();
  const serverless = missingRedis() === undefined ? await withServerlessCache(async (server) => [
    await addedBy(AS_SERVERLESS, 'redis', start, lambdaEnvironment(task), sharedEnvironment(task, server)),
    ...(node22 === undefined
      ? []
      : [await addedBy(AS_SERVERLESS + ON_NODE_22, 'redis', startOn(node22), lambdaEnvironment(task), sharedEnvironment(task, server))]),
  ]) : [];
  const daxTask = await bundleTask(join(__dirname, 'inside', 'dax-variant-handler.ts'), workDirectory);
  const dax = await withDax([ID], async ({ settings, environment }) => {
    // Both load the AWS SDK, and read from a table; one of them through DAX.
    const plain = { ...lambdaEnvironment(daxTask), ...environment };
    return [await addedBy('dax', 'dax', start, plain, { ...lambdaEnvironment(daxTask, { dax: settings }), ...environment })];
  });
  return [...shared, ...serverless, ...dax];
}

/** A cluster that accepts whatever token it is sent. */
async function withServerlessCache<T>(measure: (server: RunningServer) => Promise<T>): Promise<T> {
  const cluster = await startRedisCluster({ acl: ['user default on nopass ~* +@all', 'user app on nopass ~* +@all'] });
  const settings: RedisSettings = {
    kind: 'redis', host: 'localhost', port: cluster.port, cluster: true, tls: { ca: cluster.ca }, auth: { type: 'iam', user: 'app', cache: 'shop', serverless: true },
  };
  const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_SESSION_TOKEN: 'example' };
  try {
    return await measure({ settings, environment, stop: () => cluster.stop() });
  } finally {
    await cluster.stop();
  }
}

async function addedBy(
  name: string, part: string, start: StartFunction, without: Record<string, string>, having: Record<string, string>,
): Promise<BuildVariant> {
  const memory: Start[] = [];
  const shared: Start[] = [];
  // The first round fills the disk's cache, and the server.
  for (let round = 0; round <= ROUNDS; round++) {
    const pair = [await start(without), await start(having)] as const;
    if (round > 0) {
      memory.push(pair[0]);
      shared.push(pair[1]);
    }
  }
  if (shared.some(({ originCalls }) => originCalls > 0)) {
    throw new Error(`Not all first calls of the flavour ${name} were shared hits.`);
  }
  return {
    name,
    gzipBytes: gzipSync(readFileSync(join(dirname(LAYER_HANDLER), `${part}.cjs`)), { level: 9 }).length,
    // In pairs, so that the machine's other work affects both.
    addedInitMs: rounded(median(shared.map(({ initMs }, round) => initMs - memory[round].initMs)), 2),
    addedCpuMs: rounded(median(shared.map(({ cpuMs }, round) => cpuMs - memory[round].cpuMs)), 2),
    firstHitMs: rounded(median(shared.map(({ firstMs }) => firstMs)), 2),
  };
}

function sharedEnvironment(task: string, { settings, environment }: RunningServer): Record<string, string> {
  // Nothing freezes here, so nothing asks for an extension.
  return { ...lambdaEnvironment(task, { shared: patient(settings) }), AWS_LAMBDA_MAX_CONCURRENCY: '1', ...environment };
}
