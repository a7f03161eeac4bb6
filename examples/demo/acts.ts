import type { Origin } from './origin';
import type { TraceRequest } from './trace';
import { MODE_VARIABLE } from '../../src/contract/runtime-settings';
import { type FunctionDefinition, LambdaEmulator } from '../../tools/lambda-emulator';

/** Seconds of the outage act: before, while and after the origin fails. */
export const OUTAGE = { before: 10, lasts: 10, after: 10 };
const SECONDS = OUTAGE.before + OUTAGE.lasts + OUTAGE.after;

export interface Outage {
  /** Errors that callers got, for each second. */
  readonly withCache: readonly number[];
  readonly withoutCache: readonly number[];
  readonly requestsPerSecond: number;
}

/** The origin fails for ten seconds. The requests are for products that were asked for before: a cache cannot have any others. */
export async function outageAct(
  definition: FunctionDefinition, origin: Origin, earlier: readonly TraceRequest[], requestsPerSecond: number,
): Promise<Outage> {
  const known = [...new Set(earlier.map(({ id }) => id))];
  const start = Date.now();
  const errors = async (environment: Readonly<Record<string, string>>) => {
    const changed = { ...definition, environment: { ...definition.environment, ...environment } };
    const emulator = await LambdaEmulator.start(changed, { maxEnvironments: 1 });
    try {
      await emulator.invoke({ at: start, earlier: known, pathParameters: { id: '' } });
      const counts: number[] = [];
      for (let second = 0; second < SECONDS; second++) {
        origin.isDown = second >= OUTAGE.before && second < OUTAGE.before + OUTAGE.lasts;
        counts[second] = 0;
        for (let i = 0; i < requestsPerSecond; i++) {
          // A minute later, so that every entry has expired.
          const at = start + 60_000 + 1_000 * (second + i / requestsPerSecond);
          const id = earlier[(second * requestsPerSecond + i) % earlier.length].id;
          const { functionError } = await emulator.invoke({ at, pathParameters: { id } });
          counts[second] += functionError === undefined ? 0 : 1;
        }
      }
      return counts;
    } finally {
      origin.isDown = false;
      await emulator.stop();
    }
  };
  return { withCache: await errors({}), withoutCache: await errors({ [MODE_VARIABLE]: 'off' }), requestsPerSecond };
}

export interface StaleHit {
  readonly missMs: number;
  /** When the caller had its answer. */
  readonly responseMs: number;
  /** When the environment had refreshed the entry, and was frozen. */
  readonly endMs: number;
}

/** A product is asked for after its ttl. Here the origin really takes its time. */
export async function staleAct(definition: FunctionDefinition, origin: Origin): Promise<StaleHit> {
  const emulator = await LambdaEmulator.start(definition, { maxEnvironments: 1 });
  origin.isSlow = true;
  try {
    const start = Date.now();
    const read = (seconds: number) => emulator.invoke({ at: start + 1_000 * seconds, pathParameters: { id: '7' } });
    await emulator.invoke({ at: start, pathParameters: { id: '8' } });
    const miss = await read(1);
    const stale = await read(61);
    const calls = origin.calls;
    await read(62);
    if (origin.calls !== calls) {
      throw new Error('The entry was not refreshed after the response.');
    }
    return { missMs: miss.responseMs, responseMs: stale.responseMs, endMs: stale.billedMs };
  } finally {
    origin.isSlow = false;
    await emulator.stop();
  }
}

export interface Invalidation {
  readonly scope: string;
  /** From the end of the invalidation to the first new answer of the other environment. */
  readonly reachedOtherAfterMs: number;
  /** What the other environment answered in between, and when. */
  readonly answers: readonly { readonly atMs: number; readonly version: number }[];
}

/** A product is changed, and one environment invalidates it; how long does the other one serve the old value? */
export async function invalidationAct(definition: FunctionDefinition, origin: Origin): Promise<Invalidation> {
  const emulator = await LambdaEmulator.start(definition, { maxEnvironments: 2 });
  try {
    const id = '7';
    await Promise.all([emulator.invoke({ id: '1' }), emulator.invoke({ id: '2' })]);
    const [here, there] = emulator.environments.map((environment) => environment.id);
    const read = async (environmentId: string) => (await emulator.invoke({ id }, { environmentId })).payload as { version: number };
    await read(here);
    await read(there);
    origin.change(id, 2);
    const { scope } = (await emulator.invoke({ id, invalidate: true }, { environmentId: here })).payload as { scope: string };
    const start = performance.now();
    const answers: { atMs: number; version: number }[] = [];
    do {
      const { version } = await read(there);
      answers.push({ atMs: performance.now() - start, version });
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (answers.at(-1)!.version !== 2 && performance.now() - start < 10_000);
    if (answers.at(-1)!.version !== 2) {
      throw new Error('The invalidation did not reach the other environment within 10 s.');
    }
    return { scope, reachedOtherAfterMs: answers.at(-1)!.atMs, answers };
  } finally {
    await emulator.stop();
  }
}
