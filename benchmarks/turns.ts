import { median } from './median';

/** Somebody who can be asked to take a turn, in a process of their own. */
export interface Contender {
  readonly name: string;
  /** What a call took in the turn. */
  takeTurn(): Promise<number>;
}

export interface Rounds {
  /** Whose results nobody reads: V8 has yet to optimize. */
  readonly warmUp: number;
  readonly measured: number;
}

/** They take short turns, and wait meanwhile: what else the machine does meets them all alike. Returns the median of each one's turns. */
export async function takeTurns(contenders: readonly Contender[], { warmUp, measured }: Rounds): Promise<Map<string, number>> {
  const turns = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUp; round < measured; round++) {
    for (const contender of contenders) {
      const taken = await contender.takeTurn();
      if (round >= 0) {
        turns.get(contender.name)!.push(taken);
      }
    }
  }
  return new Map([...turns].map(([name, taken]) => [name, median(taken)]));
}

/** A tenth is as much as these measurements can tell. */
export function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
