import { join } from 'node:path';
import type { HitTimes } from './inside/memory-hit-handler';
import { LambdaProcess } from './lambda-process';
import { median } from './median';

export interface MemoryHit {
  readonly name: string;
  /** Of `await f(id)`. */
  readonly nsPerOp: number;
}

export interface MemoryHits {
  readonly memoryHit: readonly MemoryHit[];
  readonly memoryHitFreshStrings: readonly MemoryHit[];
}

const IDS = 1_000;
const ROUNDS = 9;

/**
 * What a call costs whose value is in memory, in a real invocation: `cached()` of the prebuilt layer, in the invocation's
 * scope, counting its hits. The others run in the same invocation, so whatever that costs promises, it costs theirs too.
 */
export async function benchMemoryHit(workDirectory: string): Promise<MemoryHits> {
  const lambda = await LambdaProcess.of(join(__dirname, 'inside', 'memory-hit-handler.ts'), workDirectory);
  const { response, metrics } = await lambda.invoke<HitTimes>({ ids: IDS, rounds: ROUNDS }, {
    maxMemoryBytes: 64 * 1024 * 1024,
    nodeFlags: ['--expose-gc'], // one contender's garbage is not to be collected in another's time
  });
  if (metrics.Misses !== IDS || metrics.Hits !== response.cachedCalls - IDS) {
    throw new Error(`The metrics do not agree with the ${response.cachedCalls} calls: ${metrics.Hits} hits, ${metrics.Misses} misses.`);
  }
  const rows = (rounds: HitTimes['sameStrings']) =>
    Object.entries(rounds).map(([name, nsPerOp]) => ({ name, nsPerOp: round(median(nsPerOp)) }));
  return { memoryHit: rows(response.sameStrings), memoryHitFreshStrings: rows(response.freshStrings) };
}

function round(nanoseconds: number): number {
  return Math.round(nanoseconds * 10) / 10;
}
