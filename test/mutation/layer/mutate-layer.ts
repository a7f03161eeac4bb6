import './jest-globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Mutant } from '@stryker-mutator/api/core';
import { instrumentedLayer } from './instrumented-layer';
import { LayerInWorkerWithRedis, layerInWorker, type Switch } from './layer-in-worker';
import type { Harness } from '../../api/harness';
import { runScenario } from '../../api/run-scenario';
import type { Scenario } from '../../api/scenario';
import { SCENARIOS } from '../../api/scenarios';
import { PROPERTY_SEED } from '../../equipment/property-seed';
import { Random } from '../../soak/random';

const COUNT = 200;
/** Much of their time they wait: for timers, and for what a mutant makes hang. */
const SIDE_BY_SIDE = 4;

/** A mutant that so many of the likeliest tests do not notice is a survivor: the rest is likely to notice as little, and takes hours. */
const MOST_TESTS = 80;

/** Of the scenarios, so many must pass without a mutant. */
const LEAST_SHARE = 0.95;

/** Mutants are near each other that are likely to be in one function. */
const NEAR_LINES = 12;

/** A scenario that takes longer never ends: so many times what it took without a mutant, and at least that long. */
const LONGEST_TIMES = 10;
const LONGEST_MS = 60_000;

/** One scenario in one harness. */
interface Test {
  readonly scenario: Scenario;
  readonly harness: 0 | 1;
  /** Its place in its topic. */
  readonly place: number;
  /** The mutants that it reaches. */
  covered: ReadonlySet<string>;
  /** How long it took without one. */
  milliseconds: number;
  /** What it has noticed. */
  readonly kills: Mutant[];
}

/** What one test at a time runs in. */
interface Bench {
  readonly mutants: Switch;
  readonly harnesses: readonly [Harness, Harness];
}

export interface LayerScore {
  readonly killed: number;
  readonly total: number;
  readonly survivors: readonly string[];
}

export interface LayerOptions {
  /** How a mutant is named in reports. */
  readonly describe: (mutant: Mutant) => string;
  /** Of a run before this one. @default - all of the sample are tried */
  readonly survivors?: readonly string[];
}

/** Switches 200 random mutants on, one after the other, in a built layer, and looks whether a scenario of test/api notices. */
export async function mutateLayer(files: readonly string[], { describe, survivors: wanted }: LayerOptions): Promise<LayerScore> {
  const { folder, mutants } = await instrumentedLayer(files);
  const chosen = sample(mutants, new Random(PROPERTY_SEED));
  const left = chosen.filter((mutant) => wanted?.includes(describe(mutant)) ?? true);
  const count = left.length;
  const benches = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => openBench(folder)));
  try {
    const tests = await testsThatPass(benches);
    console.log(`${tests.length} tests pass without a mutant; ${count} mutants.`);
    const survivors: string[] = [];
    await Promise.all(benches.map(async (bench) => {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const killer = await killerOf(mutant, bench, tests);
        if (killer === undefined) {
          survivors.push(describe(mutant));
        }
        console.log(`${count - left.length} of ${count}, ${survivors.length} survive: ${describe(mutant)}: ${killer ?? 'survived'}`);
      }
    }));
    return { killed: chosen.length - survivors.length, total: chosen.length, survivors };
  } finally {
    await Promise.all(benches.map(({ harnesses }) => Promise.all(harnesses.map((each) => each.stop?.()))));
  }
}

async function openBench(layer: string): Promise<Bench> {
  const mutants: Switch = { layer, covered: new Set() };
  const harnesses = [layerInWorker(mutants), new LayerInWorkerWithRedis(mutants)] as const;
  await Promise.all(harnesses.map((each) => each.start?.()));
  return { mutants, harnesses };
}

/** Runs all scenarios without a mutant. What fails then, on a machine that has no time for it, shows nothing, and is left out. */
async function testsThatPass(benches: readonly Bench[]): Promise<Test[]> {
  const tests = ([0, 1] as const).flatMap((harness) => Object.values(SCENARIOS).flatMap((scenarios) => scenarios
    .filter(({ needs = [] }) => needs.every((need) => benches[0].harnesses[harness].has.includes(need)))
    .map((scenario, place): Test => ({ scenario, harness, place, covered: new Set(), milliseconds: 0, kills: [] }))));
  const passed: Test[] = [];
  const left = [...tests];
  await Promise.all(benches.map(async ({ mutants, harnesses }) => {
    for (let test = left.shift(); test !== undefined; test = left.shift()) {
      const { scenario, harness } = test;
      mutants.covered.clear();
      const since = performance.now();
      const failure = await failureOf(test, harnesses[harness]);
      test.covered = new Set(mutants.covered);
      test.milliseconds = performance.now() - since;
      if (failure === undefined) {
        passed.push(test);
      } else {
        console.log(`Left out, since it fails without any mutant: '${scenario.name}' (${harnesses[harness].name}): ${failure}`);
      }
    }
  }));
  if (passed.length < tests.length * LEAST_SHARE) {
    throw new Error(`Of ${tests.length} scenarios only ${passed.length} pass without any mutant.`);
  }
  return passed;
}

async function killerOf(mutant: Mutant, { mutants, harnesses }: Bench, tests: readonly Test[]): Promise<string | undefined> {
  mutants.mutant = mutant.id;
  for (const test of testsOf(mutant, tests)) {
    const { scenario, harness } = test;
    // Twice: on a busy machine a scenario may fail by itself.
    if (await failureOf(test, harnesses[harness]) !== undefined) {
      const failure = await failureOf(test, harnesses[harness]);
      if (failure !== undefined) {
        test.kills.push(mutant);
        return `${harnesses[harness].name}, '${scenario.name}': ${failure.split('\n')[0]}`;
      }
    }
  }
  return undefined;
}

/**
 * What may notice a mutant, the likeliest and quickest first: what has noticed others near it, then some of every topic. What is reached in memory alone is
 * looked for with Redis only by the scenarios that need it: the others would do the same again.
 */
function testsOf({ id, fileName, location: { start: { line } } }: Mutant, tests: readonly Test[]): Test[] {
  const reaching = tests.filter(({ covered }) => covered.has(id));
  const isReachedInMemory = reaching.some(({ harness }) => harness === 0);
  const likeness = ({ kills, milliseconds }: Test) => kills.reduce((sum, { fileName: name, location: { start } }) =>
    sum + (name === fileName ? 3 + (Math.abs(start.line - line) < NEAR_LINES ? 10 : 0) : 1), 0) / milliseconds;
  return reaching
    .filter(({ harness, scenario: { needs = [] } }) => harness === 0 || !isReachedInMemory || needs.some((need) => need === 'fleet' || need === 'redis'))
    .map((test) => ({ test, likeness: likeness(test) }))
    .sort((one, other) => other.likeness - one.likeness || one.test.place - other.test.place)
    .slice(0, MOST_TESTS)
    .map(({ test }) => test);
}

async function failureOf({ scenario, milliseconds }: Test, harness: Harness): Promise<string | undefined> {
  const ended = new AbortController();
  const longestMs = Math.max(LONGEST_MS, milliseconds * LONGEST_TIMES);
  try {
    await Promise.race([
      runScenario(scenario, harness),
      delay(longestMs, undefined, { signal: ended.signal }).then(() => {
        throw new Error(`It takes longer than ${longestMs} ms.`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    ended.abort();
  }
}

function sample<T>(all: readonly T[], random: Random): T[] {
  const left = [...all];
  return Array.from({ length: Math.min(COUNT, left.length) }, () => left.splice(random.below(left.length), 1)[0]);
}
