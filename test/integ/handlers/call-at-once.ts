import { setTimeout as delay } from 'node:timers/promises';
import { invoke } from './aws';

/** As many as a few environments take together: more would be refused. */
const AT_ONCE = 24;

export interface Request {
  readonly functionName: string;
  readonly rounds: number;
  /** Between two rounds. */
  readonly pauseMs: number;
}

/** Makes many concurrent calls to a function. Returns whether several threads have answered, and whether one called the origin again. */
export const handler = async ({ functionName, rounds, pauseMs }: Request) => {
  const answers: { thread: string; loads: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await delay(pauseMs);
    answers.push(...await Promise.all(Array.from({ length: AT_ONCE }, async () => invoke<(typeof answers)[0]>(functionName, { id: '1' }))));
  }
  console.log(answers);
  return { severalThreads: new Set(answers.map(({ thread }) => thread)).size > 1, loadedAgain: answers.some(({ loads }) => loads > 1) };
};
