import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import { CONTENDERS } from './inside/contenders';
import { bundleTask, LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import { hitOf, type MemoryHit } from './memory-hit';
import { takeTurnsOf } from './turns';

export const CONCURRENCY = 64;

const IDS = 100;
const ROUNDS = { warmUp: 10, measured: 101 };

/**
 * The cost of a memory hit if one environment serves 64 events at a time, as on Managed Instances: each invocation has its own
 * metrics, and their calls take turns. It includes the wrapped handler's share of each invocation.
 */
export async function benchConcurrent(workDirectory: string): Promise<readonly MemoryHit[]> {
  const inside = join(__dirname, 'inside');
  const task = await bundleTask(join(inside, 'concurrent-handler.ts'), workDirectory);
  const client = await bundle(join(inside, 'concurrent-client.ts'), join(workDirectory, 'concurrent-client.mjs'));
  const environment = { ...lambdaEnvironment(task), AWS_LAMBDA_MAX_CONCURRENCY: String(CONCURRENCY) };
  const medians = await takeTurnsOf(new Map(Object.keys(CONTENDERS).map((name) =>
    [name, new FreshProcess(client, [LAYER_HANDLER, name, String(CONCURRENCY), String(IDS)], { environment })])), ROUNDS);
  return [...medians].map(([name, { wall, fastWall, cpu }]) => hitOf(name, { wall: wall * 1_000, fastWall: fastWall * 1_000, cpu: cpu * 1_000 }));
}
