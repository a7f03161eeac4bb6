import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { ChangingOrigin } from './changing-origin';
import { disturbance } from './disturbance';
import { Random } from './random';
import { type Outcome, soak, type SoakParts } from './soak';
import { CachedFunction } from '../../src';
import { functionsFromAssembly, LambdaEmulator } from '../../tools/lambda-emulator';
import { describeOnLambda, handlerSource } from '../equipment/emulate';
import type { ProcessUsage } from '../equipment/handlers/soak';
import { PROPERTY_SEED } from '../equipment/property-seed';
import { connected } from '../faults/function';
import { NAMESPACE } from '../faults/redis-topologies';
import { SHARED_CACHE } from '../faults/subject';
import { TOPOLOGIES } from '../faults/topologies';
import type { RunningTopology, Topology } from '../faults/topology';

/**
 * Everything at once, for a long time: environments that are frozen, recycled and called at the same time, an origin that changes and fails,
 * and a shared cache whose server and network fail. No value is older than the policy allows, nothing crashes, nothing is left behind.
 */

/** For each kind of cache. In CI seconds; `npx projen test:soak` takes an hour for all. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 10);

const TTL_MS = 200;
const STALE_MS = 300;
const STALE = Duration.millis(STALE_MS);
/** A load takes its time, and clocks are read in whole milliseconds. */
const MAX_AGE_MS = TTL_MS + STALE_MS + 5;

/** Each kind of server once; the matrix of faults has more ways to reach them. */
const SHARED = TOPOLOGIES.filter(({ name, subject }) => subject === SHARED_CACHE && !name.startsWith('Redis, ') && name !== 'Valkey');

interface Shared {
  readonly topology: Topology;
  readonly running: RunningTopology;
}

/** Runs the function that the construct makes, with a shared cache if one is given. */
async function run(origin: ChangingOrigin, parts: Omit<SoakParts, 'lambda' | 'origin' | 'maxAgeMs'>, shared?: Shared): Promise<Outcome> {
  const app = new App();
  const stack = new Stack(app, 'Soak');
  new CachedFunction(stack, 'Function', {
    entry: handlerSource('soak'),
    runtime: Runtime.NODEJS_24_X,
    memorySize: 256,
    timeout: Duration.seconds(30),
    environment: { ORIGIN: origin.url },
    // A megabyte is full within seconds, and evicted from for the rest of the time.
    caching: { namespace: NAMESPACE, ttl: Duration.millis(TTL_MS), staleWhileRevalidate: STALE, staleIfError: STALE, maxMemory: Size.mebibytes(1) },
    ...shared?.topology.props(stack),
  });
  const [definition] = functionsFromAssembly(app.synth().directory);
  const lambda = await LambdaEmulator.start(shared === undefined ? definition : connected(definition, shared.running), { maxEnvironments: 4 });
  try {
    return await soak(SECONDS * 1_000, { ...parts, lambda, origin, maxAgeMs: MAX_AGE_MS });
  } finally {
    await lambda.stop();
    origin.stop();
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

/** In its last quarter the environment holds what it held in its second: the first is for warming up. */
function expectNoLeak(held: readonly ProcessUsage[]): void {
  const quarter = Math.floor(held.length / 4);
  expect(quarter).toBeGreaterThan(0);
  const [before, after] = [held.slice(quarter, 2 * quarter), held.slice(-quarter)];
  const heap = (all: readonly ProcessUsage[]) => median(all.map(({ heapBytes }) => heapBytes)) / 2 ** 20;
  expect(heap(after)).toBeLessThan(heap(before) * 1.1 + 1);
  // The fewest, since refreshes and connections of the moment come and go with the faults; what has leaked stays.
  const handles = (all: readonly ProcessUsage[]) => Math.min(...all.map((each) => each.handles.length));
  expect(handles(after)).toBeLessThanOrEqual(handles(before) + 4);
}

function expectSoundness(outcome: Outcome, origin: ChangingOrigin): void {
  expect(outcome.wrongValues).toEqual([]);
  expect(outcome.crashes).toEqual([]);
  // It was not idle.
  expect(outcome.invocations).toBeGreaterThan(SECONDS);
  expect(outcome.recycled).toBeGreaterThan(0);
  expect(origin.faults).toBeGreaterThan(0);
  expectNoLeak(outcome.held);
}

describeOnLambda(`for ${SECONDS} s, with the seed ${PROPERTY_SEED}`, () => {
  const timeout = (SECONDS + 120) * 1_000;

  test('memory alone', async () => {
    const random = new Random(PROPERTY_SEED);
    const origin = await ChangingOrigin.start(random);
    expectSoundness(await run(origin, { random }), origin);
  }, timeout);

  for (const topology of SHARED) {
    (topology.missing === undefined ? test : test.skip)(`${topology.name}, whose servers and network fail`, async () => {
      const random = new Random(PROPERTY_SEED);
      const running = await topology.start();
      try {
        const origin = await ChangingOrigin.start(random);
        const { disturb, happened } = disturbance(running, random);
        const outcome = await run(origin, { random, disturb }, { topology, running });
        expectSoundness(outcome, origin);
        expect(outcome.sharedHits).toBeGreaterThan(0);
        expect(happened.size).toBeGreaterThan(0);
      } finally {
        await running.stop();
      }
    }, timeout);
  }
});
