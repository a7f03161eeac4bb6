/** A user's handler that times one contender's hits in the shared tier, one turn per request, until it is told to end. */
import { setImmediate } from 'node:timers/promises';
import { ORIGIN, sharedContenders, type SharedTask } from './shared-contenders';
import { answerTurns } from './turns';
import type { SharedSettings } from '../../src/contract/shared-settings';

export interface SharedHitEvent {
  readonly settings: SharedSettings;
  readonly task: SharedTask;
  readonly contender: string;
  readonly ids: number;
}

/** Returns the number of calls in its turns, which must match the metrics of `cached`. */
export async function handler({ settings, task, contender, ids: count }: SharedHitEvent): Promise<number> {
  const callAll = await sharedContenders(settings.kind, task)[contender](ORIGIN, settings);
  const ids = Array.from({ length: count }, (_, i) => `product-${String(i).padStart(6, '0')}`);

  // Values are stored after they were returned, so this waits until all are stored.
  let asked: number;
  do {
    asked = ORIGIN.ids;
    await callAll(ids);
    // Calls without the tier await only microtasks, so that no connection or store could make progress.
    await setImmediate();
  } while (ORIGIN.ids > asked);

  const calls = await answerTurns(() => () => callAll(ids), count);
  if (ORIGIN.ids > asked) {
    throw new Error(`Not all calls of ${contender} were hits: the origin was asked for ${ORIGIN.ids - asked} ids.`);
  }
  return calls;
}
