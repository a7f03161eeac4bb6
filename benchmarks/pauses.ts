import { join } from 'node:path';
import { OURS } from './inside/contenders';
import type { PauseEvent, Pauses } from './inside/pause-handler';
import { LambdaFunction } from './lambda-process';
import { median } from './median';
import { rounded } from './turns';

export interface Pause extends Pauses {
  readonly name: string;
}

const MEMORY_BYTES = 256 * 1024 ** 2;

/** The size of one of these, as the runtime estimates it. */
const BYTES_PER_ENTRY = 856;

const RUNS = 3;

/** How long nothing else can run while 256 MB of small entries churn, compared with a Map of as many values. */
export async function benchPauses(workDirectory: string): Promise<readonly Pause[]> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'pause-handler.ts'), workDirectory);
  const runs: Record<string, Pauses[]> = {};
  for (let run = 0; run < RUNS; run++) {
    for (const name of [OURS, 'bare store: Map']) {
      const event: PauseEvent = { isOurs: name === OURS, entries: Math.floor(MEMORY_BYTES / BYTES_PER_ENTRY) };
      const invocation = lambda.invoke(event, { maxMemoryBytes: MEMORY_BYTES });
      (runs[name] ??= []).push(await invocation.nextMessage<Pauses>());
      const metrics = await invocation.end();
      if (name === OURS && !(metrics?.Evictions !== undefined && metrics.Evictions > event.entries / 2)) {
        throw new Error(`${name} evicted ${metrics?.Evictions} of ${event.entries} entries: no churn.`);
      }
    }
  }
  return Object.entries(runs).map(([name, all]) => ({
    name,
    longestMs: rounded(median(all.map(({ longestMs }) => longestMs))),
    p99Ms: rounded(median(all.map(({ p99Ms }) => p99Ms))),
  }));
}
