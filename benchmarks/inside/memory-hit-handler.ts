/** A user's handler that times one contender's cache hits, one turn per request, until it is told to end. */
import { once } from 'node:events';
import { originOf } from './product';
import { TASKS, type TaskName } from './tasks';
import type { Taken } from '../turns';

/** Each takes a turn, and sends the nanoseconds for one call. */
export interface Turns {
  readonly sameStrings: () => Promise<Taken>;
  readonly freshStrings: () => Promise<Taken>;
}

/** The measured nanoseconds of a turn, without the preparation of its samples. */
const TURN = 20e6;

/** Returns the total number of calls, which must match the metrics of `cached`. */
export async function handler(event: { task: TaskName; contender: string; ids: number }): Promise<number> {
  const origin = originOf();
  const callAll = await TASKS[event.task][event.contender](origin);
  let calls = 0;
  const { prepared, turns } = await timed(event.ids, async (ids) => {
    calls += ids.length;
    await callAll(ids);
  });

  await prepared;
  let answer: unknown = 'ready';
  for (;;) {
    const asked = once(process, 'message') as Promise<[keyof Turns | 'end']>;
    process.send!(answer);
    const [turn] = await asked;
    if (turn === 'end') {
      break;
    }
    answer = await turns[turn]();
  }
  if (origin.ids !== event.ids) {
    throw new Error(`Not all calls of ${event.contender} were hits: the origin was asked for ${origin.ids} ids, of which there are ${event.ids}.`);
  }
  return calls;
}

async function timed(count: number, sample: (ids: readonly string[]) => Promise<void>): Promise<{ prepared: Promise<void>; turns: Turns }> {
  // Not a static import: mitata is an ES module, and this bundle is CommonJS.
  const { measure } = await import('mitata');
  const idsInEvent = JSON.stringify(Array.from({ length: count }, (_, i) => `product-${String(i).padStart(6, '0')}`));
  const sameIds = JSON.parse(idsInEvent) as string[];
  const freshIds = () => JSON.parse(idsInEvent) as string[];
  // No batches: a sample is long enough, and a batch of fresh ids would fill the memory.
  const options = { min_cpu_time: TURN, batch_threshold: 0 };
  return {
    prepared: sample(sameIds),
    turns: {
      sameStrings: async () => {
        const { p50 } = await measure(() => sample(sameIds), { ...options });
        return { wall: p50 / count, cpu: await cpuOf(Array<string[]>(samplesOf(p50)).fill(sameIds)) / count };
      },
      freshStrings: async () => {
        const { p50 } = await measure(function* () {
          // Parsed before the clock starts, and never used twice: like an event's, these strings have no hash yet.
          yield { [0]: freshIds, bench: sample };
        }, { ...options });
        return { wall: p50 / count, cpu: await cpuOf(Array.from({ length: samplesOf(p50) }, freshIds)) / count };
      },
    },
  };

  /** Apart from mitata's samples: between those it collects garbage. */
  async function cpuOf(samples: readonly (readonly string[])[]): Promise<number> {
    const before = process.cpuUsage();
    for (const ids of samples) {
      await sample(ids);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) * 1_000 / samples.length;
  }
}

/** As many as take half a turn. */
function samplesOf(p50: number): number {
  return Math.ceil(TURN / 2 / p50);
}
