import { join } from 'node:path';
import { startOnEmulator } from './emulated';
import { bundleTask, type InvocationMetrics } from './lambda-process';
import { median } from './median';
import { MEASURED_TIERS, type RunningServer, withEachTier } from './shared-tiers';
import { rounded } from './turns';
import type { InvocationResult, LambdaEmulator } from '../tools/lambda-emulator';

export interface WakingFleet {
  readonly tier: string;
  readonly environments: number;
  /** How long clients wait when all environments wake at once and answer from memory: the machine's part. */
  readonly memoryMs: Wait;
  /** The same when all of them read one entry from the server. */
  readonly sharedMs: Wait;
  readonly originCalls: number;
  readonly sharedTimeouts: number;
  readonly handlerErrors: number;
  /** The server's open connections at the end. */
  readonly connections?: number;
}

export interface Wait {
  readonly median: number;
  readonly longest: number;
}

const ENVIRONMENTS = 50;
const ROUNDS = 5;

/** All of a function's environments, frozen, get an event at the same moment, with a function's default settings. */
export async function benchWakingFleet(workDirectory: string): Promise<WakingFleet[]> {
  const code = await bundleTask(join(__dirname, 'inside', 'waking-handler.ts'), workDirectory);
  return withEachTier(async (tier, server) => {
    const { settings, environment = {} } = server;
    // Fifty processes start slowly on two cores, which is not part of the measurement.
    const options = { maxEnvironments: ENVIRONMENTS, initTimeoutMs: 120_000 };
    const emulator = await startOnEmulator(code, { shared: settings }, environment, options);
    try {
      return { tier, environments: ENVIRONMENTS, ...await measure(emulator, server) };
    } finally {
      await emulator.stop();
    }
    // Fifty processes take a minute to start; and the times of DynamoDB Local show nothing about DynamoDB.
  }, MEASURED_TIERS.filter(({ kind }) => kind === 'redis'));
}

async function measure(emulator: LambdaEmulator, server: RunningServer): Promise<Omit<WakingFleet, 'tier' | 'environments'>> {
  await wakeAll(emulator, 'known');
  const memory: InvocationResult[][] = [];
  const shared: InvocationResult[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    memory.push(await wakeAll(emulator, 'known'));
    // One environment loads the entry, and has stored it when its invocation ends.
    await emulator.invoke({ id: `new-${round}` });
    shared.push(await wakeAll(emulator, `new-${round}`));
  }
  const all = [...memory, ...shared].flat();
  const sum = (metric: keyof InvocationMetrics) => shared.flat().reduce((total, { stdout }) => total + metricIn(stdout, metric), 0);
  return {
    memoryMs: waitOf(memory),
    sharedMs: waitOf(shared),
    originCalls: sum('OriginCalls'),
    sharedTimeouts: sum('SharedTimeouts'),
    handlerErrors: all.filter(({ functionError }) => functionError !== undefined).length,
    connections: await server.connections?.(),
  };
}

function wakeAll(emulator: LambdaEmulator, id: string): Promise<InvocationResult[]> {
  return Promise.all(Array.from({ length: ENVIRONMENTS }, () => emulator.invoke({ id })));
}

function metricIn(lines: readonly string[], metric: keyof InvocationMetrics): number {
  return lines.filter((line) => line.startsWith('{"_aws":')).reduce((sum, line) => sum + ((JSON.parse(line) as InvocationMetrics)[metric] ?? 0), 0);
}

function waitOf(rounds: readonly (readonly InvocationResult[])[]): Wait {
  const times = rounds.map((round) => round.map(({ responseMs }) => responseMs));
  return { median: rounded(median(times.flat())), longest: rounded(median(times.map((each) => Math.max(...each)))) };
}
