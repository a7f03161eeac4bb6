/** A user's handler that times one contender's hits in the shared tier, a turn whenever it is asked to, until it is asked to end. */
import { originOf } from './product';
import { sharedContenders, type SharedTask } from './shared-contenders';
import { answerTurns } from './turns';
import type { SharedSettings } from '../../src/runtime-settings';

export interface SharedHitEvent {
  readonly settings: SharedSettings;
  readonly task: SharedTask;
  readonly contender: string;
  readonly ids: number;
}

/** Returns how often the contender was called in its turns: the metrics of `cached` must say the same. */
export async function handler({ settings, task, contender, ids: count }: SharedHitEvent): Promise<number> {
  const origin = originOf();
  const callAll = await sharedContenders(settings.kind, task)[contender](origin, settings);
  const ids = Array.from({ length: count }, (_, i) => `product-${String(i).padStart(6, '0')}`);

  // Values are stored after they were returned: until all are there.
  let asked: number;
  do {
    asked = origin.ids;
    await callAll(ids);
  } while (origin.ids > asked);

  const calls = await answerTurns(() => callAll(ids), count);
  if (origin.ids > asked) {
    throw new Error(`Not all calls of ${contender} were hits: the origin was asked for ${origin.ids - asked} ids.`);
  }
  return calls;
}
