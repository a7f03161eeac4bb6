import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random';
import type { Fault, RunningTopology } from '../faults/topology';

export interface Disturbance {
  /** Something happens, and is over. */
  disturb(): Promise<void>;
  /** What has. */
  readonly happened: ReadonlySet<string>;
}

/** One after the other, what can happen to a shared cache, for a while each. */
export function disturbance(running: RunningTopology, random: Random): Disturbance {
  const happened = new Set<string>();
  const possible = Object.entries(running.faults).filter((entry): entry is [string, Fault] => typeof entry[1] !== 'string');
  const disturb = async () => {
    await delay(1_000 + random.below(1_500));
    const [name, fault] = random.one(possible);
    try {
      await fault.begin();
      happened.add(name);
      await delay(random.below(1_500));
      await fault.end?.();
    } catch {
      // What is done by a command is refused while a cluster still elects. Then it did not happen.
    }
    await running.reset();
  };
  return { disturb, happened };
}
