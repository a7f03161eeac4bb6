import fc from 'fast-check';
import { asScenario } from './as-scenario';
import { EnvironmentPool } from './environments';
import { type Program, PROGRAM } from './program';
import { type Fleet, type ProgramRun, runProgram } from './run-program';
import type { FleetTier } from './tiers';

export interface Search {
  readonly seed: number;
  readonly programs: number;
  /** It ends earlier when so much time is over. */
  readonly seconds?: number;
  /** How long a failing program is made shorter. @default a minute */
  readonly shrinkingMs?: number;
  /** The folders of the layer: the newer build, and the older one that a rollout replaces. */
  readonly layers: readonly [string, string];
}

/** A failing program is made shorter for so long. */
const SHRINKING_MS = 60_000;

export interface Found {
  /** How many programs were run. */
  readonly programs: number;
  readonly seconds: number;
  /** What broke a promise, as text for a developer; undefined: nothing. */
  readonly failure?: string;
}

/** Runs random programs against a tier until one breaks a promise, and makes that one as short as it can be. */
export async function searchForFaults(
  tier: FleetTier, { seed, programs, seconds = Infinity, shrinkingMs = SHRINKING_MS, layers }: Search,
): Promise<Found> {
  const running = await tier.start();
  const aheadMs = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  const fleet: Fleet = { tier: running, layers, aheadMs, pool: new EnvironmentPool(running, aheadMs), programs: 0 };
  const since = Date.now();
  let last: ProgramRun | undefined;
  let first: number | undefined;
  let shrinkUntil = Infinity;
  try {
    const result = await fc.check(fc.asyncProperty(PROGRAM, async (program: Program) => {
      if (Date.now() > shrinkUntil) {
        return;
      }
      const run = await runProgram(fleet, program);
      if (run.error !== undefined) {
        last = run;
        if (first === undefined) {
          first = fleet.programs;
          shrinkUntil = Date.now() + shrinkingMs;
        }
        throw run.error;
      }
    }), { seed, numRuns: programs, interruptAfterTimeLimit: seconds === Infinity ? undefined : seconds * 1_000, markInterruptAsFailure: false });
    return {
      programs: first ?? result.numRuns,
      seconds: (Date.now() - since) / 1_000,
      ...(last !== undefined && {
        failure: `${tier.name}, seed ${seed}, program ${first}, path ${result.counterexamplePath}:\n${last.error!.message}\n\n${asScenario(last)}`,
      }),
    };
  } finally {
    await fleet.pool.end();
    await running.stop();
  }
}
