import { join } from 'node:path';
import { OURS } from './inside/contenders';
import type { Turns } from './inside/memory-hit-handler';
import { BATCH, TASKS, type TaskName } from './inside/tasks';
import { LambdaFunction, type RunningInvocation } from './lambda-process';
import { rounded, type Taken, takeTurns, type Times } from './turns';

export interface MemoryHit {
  readonly name: string;
  /** The time of `await f(id)`; in `bulkHit`, of a call for 100 ids. */
  readonly nsPerOp: number;
  /** The fast quartile of that. */
  readonly fastNsPerOp: number;
  /** The same in processor time of all threads, garbage collection included. */
  readonly cpuNsPerOp: number;
}

export interface MemoryHits {
  readonly memoryHit: readonly MemoryHit[];
  readonly memoryHitFreshStrings: readonly MemoryHit[];
}

const IDS = 1_000;
const ROUNDS = { warmUp: 4, measured: 15 };

/**
 * The cost of a call whose value is in memory, in a real invocation: `cached()` of the prebuilt layer, in the invocation's
 * scope, counting its hits. Each contender has such an invocation in a separate process: in one process they would change
 * each other's times by a third, since V8 optimizes for all code that it has seen.
 */
export async function benchMemoryHit(workDirectory: string): Promise<MemoryHits> {
  const results = await measure('one', ['sameStrings', 'freshStrings'], workDirectory);
  return { memoryHit: results.sameStrings, memoryHitFreshStrings: results.freshStrings };
}

/** The same for a call to `cachedMany` with 100 ids. */
export async function benchBulkHit(workDirectory: string): Promise<readonly MemoryHit[]> {
  const { sameStrings } = await measure('many', ['sameStrings'], workDirectory);
  return sameStrings.map(({ name, nsPerOp, fastNsPerOp, cpuNsPerOp }) => ({
    name, nsPerOp: rounded(nsPerOp * BATCH), fastNsPerOp: rounded(fastNsPerOp * BATCH), cpuNsPerOp: rounded(cpuNsPerOp * BATCH),
  }));
}

/** The same for entries that have tags. */
export async function benchTaggedHit(workDirectory: string): Promise<readonly MemoryHit[]> {
  return (await measure('tagged', ['sameStrings'], workDirectory)).sameStrings;
}

async function measure<T extends keyof Turns>(task: TaskName, turns: readonly T[], workDirectory: string): Promise<Record<T, MemoryHit[]>> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'memory-hit-handler.ts'), workDirectory);
  const invocations = new Map(Object.keys(TASKS[task]).map((name) => [name, lambda.invoke({ task, contender: name, ids: IDS })]));
  await Promise.all([...invocations.values()].map((invocation) => invocation.nextMessage()));

  const medians = await takeTurns(turns.flatMap((turn) => [...invocations].map(([name, invocation]) => ({
    name: `${turn} ${name}`,
    takeTurn: () => invocation.ask<Taken>(turn),
  }))), ROUNDS);

  for (const [name, invocation] of invocations) {
    await end(name, invocation);
  }
  const hits = (turn: T) => [...invocations.keys()].map((name) => hitOf(name, medians.get(`${turn} ${name}`)!));
  return Object.fromEntries(turns.map((turn) => [turn, hits(turn)])) as Record<T, MemoryHit[]>;
}

export function hitOf(name: string, { wall, fastWall, cpu }: Times): MemoryHit {
  return { name, nsPerOp: rounded(wall), fastNsPerOp: rounded(fastWall), cpuNsPerOp: rounded(cpu) };
}

async function end(name: string, invocation: RunningInvocation): Promise<void> {
  const calls = await invocation.ask<number>('end');
  const metrics = await invocation.end();
  if (name === OURS && (metrics?.Misses !== IDS || metrics.Hits !== calls - IDS)) {
    throw new Error(`The metrics do not agree with the ${calls} calls: ${metrics?.Hits} hits, ${metrics?.Misses} misses.`);
  }
}
