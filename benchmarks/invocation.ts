import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import { OURS } from './inside/contenders';
import { bundleTask, LAYER_HANDLER, lambdaEnvironment } from './lambda-process';
import { rounded, takeTurnsOf } from './turns';

export interface Invocation {
  readonly name: string;
  /** The time of an invocation, including the wrapped handler's share and its metric line. */
  readonly microseconds: number;
  /** The fast quartile of that. */
  readonly fastMicroseconds: number;
  readonly cpuMicroseconds: number;
}

/** The same handler in the same layer, which then only calls the origin. */
export const MODE_OFF = 'the same handler, mode off';

const CALLS = 500;
const ROUNDS = { warmUp: 10, measured: 21 };

/** The cost of an invocation with one memory hit, compared with the same with the cache off. */
export async function benchInvocation(workDirectory: string): Promise<readonly Invocation[]> {
  const task = await bundleTask(join(__dirname, 'inside', 'invocation-handler.ts'), workDirectory);
  const client = await bundle(join(__dirname, 'inside', 'invocation-client.ts'), join(workDirectory, 'invocation-client.mjs'));
  const modes: Record<string, Record<string, string>> = { [OURS]: {}, [MODE_OFF]: { CDK_CACHED_FUNCTION_MODE: 'off' } };
  const medians = await takeTurnsOf(new Map(Object.entries(modes).map(([name, mode]) =>
    [name, new FreshProcess(client, [LAYER_HANDLER, String(CALLS)], { environment: { ...lambdaEnvironment(task), ...mode } })])), ROUNDS);
  return [...medians].map(([name, { wall, fastWall, cpu }]) =>
    ({ name, microseconds: rounded(wall), fastMicroseconds: rounded(fastWall), cpuMicroseconds: rounded(cpu) }));
}
