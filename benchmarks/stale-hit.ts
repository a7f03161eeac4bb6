import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOnEmulator } from './emulated';
import { CONTENDER_NAMES } from './inside/stale-hit-handler';
import { bundleTask } from './lambda-process';
import { median } from './median';
import { rounded } from './turns';

export interface StaleHit {
  readonly name: string;
  /** How long the function's client waits for an answer from memory. */
  readonly freshMs: number;
  readonly staleMs: number;
  /** The share of refreshes that were complete when the environment froze; the others hang until its next event, if there is one. */
  readonly refreshed: number;
}

/** Longer than a refresh takes; async-cache-dedupe supports only whole seconds. */
const TTL_MS = 1_000;
const ROUNDS = 11;

/**
 * The cost of a stale hit for the function's client, compared with a memory hit: on the emulator, with Lambda's own runtime client, and
 * with freezes. The peers have the same handler, inside ours, but nothing keeps the environment awake for them.
 */
export async function benchStaleHit(workDirectory: string): Promise<StaleHit[]> {
  const codeDirectory = await bundleTask(join(__dirname, 'inside', 'stale-hit-handler.ts'), workDirectory);
  const contenders = await Promise.all(CONTENDER_NAMES.map(async (name) => ({
    name,
    emulator: await startOnEmulator(codeDirectory, {}, { BENCH_CONTENDER: name, BENCH_TTL_MS: String(TTL_MS) }, { maxEnvironments: 1 }),
    fresh: [] as number[],
    stale: [] as number[],
    refreshed: 0,
  })));
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const contender of contenders) {
        // The first event after a pause always takes longer.
        await contender.emulator.invoke({ age: 'fresh' });
        const fresh = await contender.emulator.invoke({ age: 'fresh' });
        const stale = await contender.emulator.invoke({ age: 'stale' });
        const error = fresh.functionError ?? stale.functionError;
        if (error !== undefined) {
          throw new Error(`${contender.name}: ${error.errorMessage}`);
        }
        // The first round is the environment's start.
        if (round > 0) {
          contender.fresh.push(fresh.responseMs);
          contender.stale.push(stale.responseMs);
          contender.refreshed += stale.stdout.includes('loaded') ? 1 : 0;
        }
      }
      await delay(TTL_MS);
    }
  } finally {
    await Promise.all(contenders.map(({ emulator }) => emulator.stop()));
  }
  return contenders.map(({ name, fresh, stale, refreshed }) =>
    ({ name, freshMs: rounded(median(fresh), 2), staleMs: rounded(median(stale), 2), refreshed: rounded(refreshed / ROUNDS, 2) }));
}
