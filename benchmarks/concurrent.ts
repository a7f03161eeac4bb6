import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import { CONTENDERS } from './inside/contenders';
import { bundleTask, LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import type { MemoryHit } from './memory-hit';
import { rounded, takeTurns } from './turns';

export const CONCURRENCY = 64;

const IDS = 100;
const ROUNDS = { warmUp: 4, measured: 15 };

/**
 * The price of a memory hit where one environment serves 64 events at a time, as Managed Instances do: each invocation has
 * metrics of its own, and their calls take turns. What the wrapped handler adds to each invocation is part of it.
 */
export async function benchConcurrent(workDirectory: string): Promise<readonly MemoryHit[]> {
  const inside = join(__dirname, 'inside');
  const task = await bundleTask(join(inside, 'concurrent-handler.ts'), workDirectory);
  const client = await bundle(join(inside, 'concurrent-client.ts'), join(workDirectory, 'concurrent-client.mjs'));
  const contenders = Object.keys(CONTENDERS).map((name) => {
    const child = new FreshProcess(client, [LAYER_HANDLER, name, String(CONCURRENCY), String(IDS)], {
      environment: { ...lambdaEnvironment(task), AWS_LAMBDA_MAX_CONCURRENCY: String(CONCURRENCY) },
    });
    return {
      name,
      child,
      takeTurn: () => {
        child.send('turn');
        return child.nextMessage<number>();
      },
    };
  });
  await Promise.all(contenders.map(({ child }) => child.nextMessage()));
  const medians = await takeTurns(contenders, ROUNDS);
  await Promise.all(contenders.map(({ child }) => {
    child.send('end');
    return child.end();
  }));
  return contenders.map(({ name }) => ({ name, nsPerOp: rounded(medians.get(name)!) }));
}
