/** A user's handler that times one contender's cache hits, a turn whenever it is asked to, until it is asked to end. */
import { once } from 'node:events';
import { originOf } from './product';
import { TASKS, type TaskName } from './tasks';

/** Each takes a turn, and tells the nanoseconds for one call. */
export interface Turns {
  readonly sameStrings: () => Promise<number>;
  readonly freshStrings: () => Promise<number>;
}

/** Nanoseconds that a turn measures, without what prepares its samples. */
const TURN = 20e6;

/** Returns how often the contender was called in all: the metrics of `cached` must say the same. */
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
  // No batches: a sample is long enough, and a batch of fresh ids would fill the memory.
  const options = { min_cpu_time: TURN, batch_threshold: 0 };
  return {
    prepared: sample(sameIds),
    turns: {
      sameStrings: async () => (await measure(() => sample(sameIds), { ...options })).p50 / count,
      freshStrings: async () => {
        const { p50 } = await measure(function* () {
          // Parsed before the clock starts, and never used twice: like an event's, these strings have no hash yet.
          yield { [0]: () => JSON.parse(idsInEvent) as string[], bench: sample };
        }, { ...options });
        return p50 / count;
      },
    },
  };
}
