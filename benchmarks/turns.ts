import type { FreshProcess } from './fresh-process';
import { fastQuartile, median } from './median';

/** The time of a call, in the benchmark's unit. */
export interface Taken {
  readonly wall: number;
  /** The processor time of all threads, which does not include other processes' work on a busy machine. */
  readonly cpu: number;
}

/** The medians of a contender's turns. */
export interface Times extends Taken {
  /** The fast quartile of the wall times. */
  readonly fastWall: number;
}

/** A contender that takes turns on request, in a separate process. */
export interface Contender {
  readonly name: string;
  takeTurn(): Promise<Taken>;
}

export interface Rounds {
  /** Turns whose results are discarded, since V8 has yet to optimize. */
  readonly warmUp: number;
  readonly measured: number;
}

/** Contenders take short turns, and wait meanwhile, so that the machine's other work affects all of them. Returns each one's medians. */
export async function takeTurns(contenders: readonly Contender[], { warmUp, measured }: Rounds): Promise<Map<string, Times>> {
  const turns = new Map(contenders.map(({ name }) => [name, [] as Taken[]]));
  for (let round = -warmUp; round < measured; round++) {
    for (const contender of contenders) {
      const taken = await contender.takeTurn();
      if (round >= 0) {
        turns.get(contender.name)!.push(taken);
      }
    }
  }
  return new Map([...turns].map(([name, taken]) => {
    const walls = taken.map(({ wall }) => wall);
    return [name, { wall: median(walls), fastWall: fastQuartile(walls), cpu: median(taken.map(({ cpu }) => cpu)) }];
  }));
}

/** The same for processes that take turns until they are told to end: inside/turns.ts. */
export async function takeTurnsOf(processes: ReadonlyMap<string, FreshProcess>, rounds: Rounds): Promise<Map<string, Times>> {
  const all = [...processes.values()];
  await Promise.all(all.map((child) => child.nextMessage()));
  const medians = await takeTurns([...processes].map(([name, child]) => ({
    name,
    takeTurn: () => {
      child.send('turn');
      return child.nextMessage<Taken>();
    },
  })), rounds);
  await Promise.all(all.map((child) => {
    child.send('end');
    return child.end();
  }));
  return medians;
}

/** These measurements are accurate to about a tenth. */
export function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
