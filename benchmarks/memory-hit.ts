import { join } from 'node:path';
import { CONTENDERS } from './inside/contenders';
import type { Turns } from './inside/memory-hit-handler';
import { LambdaFunction } from './lambda-process';
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
const WARM_UP_ROUNDS = 4;
const ROUNDS = 15;

/**
 * What a call costs whose value is in memory, in a real invocation: `cached()` of the prebuilt layer, in the invocation's
 * scope, counting its hits. Each contender has such an invocation in a process of its own: in one process they would change
 * each other's times by a third, since V8 optimizes for all that it has seen.
 */
export async function benchMemoryHit(workDirectory: string): Promise<MemoryHits> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'memory-hit-handler.ts'), workDirectory);
  const contenders = Object.keys(CONTENDERS).map((name) => ({
    name,
    invocation: lambda.invoke({ contender: name, ids: IDS }, 64 * 1024 * 1024),
    sameStrings: [] as number[],
    freshStrings: [] as number[],
  }));
  await Promise.all(contenders.map(({ invocation }) => invocation.nextMessage()));

  // They take short turns, and wait meanwhile: what else the machine does meets them all alike.
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const turn of ['sameStrings', 'freshStrings'] satisfies (keyof Turns)[]) {
      for (const contender of contenders) {
        const nsPerOp = await contender.invocation.ask<number>(turn);
        if (round >= 0) {
          contender[turn].push(nsPerOp);
        }
      }
    }
  }

  for (const { name, invocation } of contenders) {
    const calls = await invocation.ask<number>('end');
    const metrics = await invocation.end();
    if (name === 'cached' && (metrics?.Misses !== IDS || metrics.Hits !== calls - IDS)) {
      throw new Error(`The metrics do not agree with the ${calls} calls: ${metrics?.Hits} hits, ${metrics?.Misses} misses.`);
    }
  }
  return {
    memoryHit: contenders.map(({ name, sameStrings }) => ({ name, nsPerOp: rounded(median(sameStrings)) })),
    memoryHitFreshStrings: contenders.map(({ name, freshStrings }) => ({ name, nsPerOp: rounded(median(freshStrings)) })),
  };
}

function rounded(nanoseconds: number): number {
  return Math.round(nanoseconds * 10) / 10;
}
