import { setTimeout as delay } from 'node:timers/promises';
import type { ChangingOrigin } from './changing-origin';
import type { Random } from './random';
import type { InvocationResult, LambdaEmulator } from '../../tools/lambda-emulator';
import type { ProcessUsage, SoakEvent } from '../equipment/handlers/soak';
import { EmittedMetrics } from '../faults/emitted-metrics';
import { SHARED_CACHE } from '../faults/subject';

const WORKERS = 6;

/** Keys that recur; all others fill the memory. */
const HOT_KEYS = Array.from({ length: 40 }, (_, index) => `hot-${index}`);

const REPORT_EVERY_MS = 500;

const LONGEST_WORK_MS = 100_000;

export interface SoakParts {
  readonly lambda: LambdaEmulator;
  readonly origin: ChangingOrigin;
  readonly random: Random;
  /** The oldest that a value may be when it is returned, by the policy. */
  readonly maxAgeMs: number;
  /** Something fails for a while. */
  readonly disturb?: () => Promise<void>;
}

/** What went wrong, and what there was of everything. */
export interface Outcome {
  readonly wrongValues: string[];
  /** What is neither the origin's own error nor a value. */
  readonly crashes: string[];
  /** What the environment that lived all the time had, again and again. */
  readonly held: ProcessUsage[];
  invocations: number;
  originErrors: number;
  /** Calls that the shared cache answered. */
  sharedHits: number;
  recycled: number;
}

/** Invokes the function from many callers, while values change, environments are recycled and `disturb` runs. */
export async function soak(forMs: number, { lambda, origin, random, maxAgeMs, disturb }: SoakParts): Promise<Outcome> {
  const outcome: Outcome = { wrongValues: [], crashes: [], held: [], invocations: 0, originErrors: 0, sharedHits: 0, recycled: 0 };
  const end = Date.now() + forMs;
  let fresh = 0;

  const someKeys = () => Array.from({ length: 1 + random.below(4) }, () => random.chance(0.7) ? random.one(HOT_KEYS) : `cold-${fresh++}`);

  async function invoke(event: SoakEvent, environmentId?: string): Promise<InvocationResult | undefined> {
    const begun = Date.now();
    try {
      const result = await lambda.invoke(event, { environmentId });
      outcome.invocations++;
      outcome.sharedHits += new EmittedMetrics(result, SHARED_CACHE).hits;
      record(result, event, begun);
      return result;
    } catch (error) {
      outcome.crashes.push(String(error));
      return undefined;
    }
  }

  function record({ functionError, environmentError, payload, stderr }: InvocationResult, { keys }: SoakEvent, begun: number): void {
    if (environmentError !== undefined || (functionError !== undefined && functionError.errorType !== 'OriginError')) {
      outcome.crashes.push(JSON.stringify({ ...environmentError ?? functionError, stderr: stderr.slice(-20) }));
    } else if (functionError !== undefined) {
      outcome.originErrors++;
    } else {
      const { values } = payload as { values: readonly { readonly key: string; readonly version: number }[] };
      values.forEach(({ key, version }, index) => {
        const wrongFor = origin.wrongFor(key, version, begun);
        if (key !== keys[index] || wrongFor > maxAgeMs) {
          outcome.wrongValues.push(`${keys[index]}: got version ${version} of ${key}, wrong for ${wrongFor} ms`);
        }
      });
    }
  }

  async function until(work: () => Promise<void>): Promise<void> {
    while (Date.now() < end) {
      await inTime(work);
    }
  }

  const veteran = (await lambda.invoke({ keys: [] })).environmentId;
  const work = async () => {
    await invoke({ keys: someKeys(), invalidate: random.chance(0.02) });
    if (random.chance(0.1)) {
      // Environments stay frozen meanwhile.
      await delay(random.below(400));
    }
  };
  const change = async () => {
    origin.change(random.one(HOT_KEYS));
    await delay(random.below(50));
  };
  const report = async () => {
    const result = await invoke({ keys: HOT_KEYS.slice(0, 3), report: true }, veteran);
    if (result !== undefined && result.functionError === undefined) {
      outcome.held.push((result.payload as { held: ProcessUsage }).held);
    }
    await delay(REPORT_EVERY_MS);
  };
  const recycle = async () => {
    await delay(500 + random.below(2_000));
    const victims = lambda.environments.filter(({ id }) => id !== veteran);
    if (victims.length > 0) {
      await lambda.recycle(random.one(victims).id).then(() => outcome.recycled++, (error: unknown) => {
        // It was gone before.
        if (lambda.environments.some(({ id }) => victims.some((victim) => victim.id === id && String(error).includes(id)))) {
          outcome.crashes.push(String(error));
        }
      });
    }
  };
  await Promise.all([...Array.from({ length: WORKERS }, () => work), change, report, recycle, ...disturb === undefined ? [] : [disturb]].map(until));
  return outcome;
}

/** Otherwise a soak in which something hangs would not show what. */
async function inTime(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`'${work.name}' has not ended in ${LONGEST_WORK_MS} ms.`)), LONGEST_WORK_MS);
  });
  await Promise.race([work(), late]).finally(() => clearTimeout(timer));
}
