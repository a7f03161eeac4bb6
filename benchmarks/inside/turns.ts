import { once } from 'node:events';

/**
 * Tells that all is ready, and then times `callAll` whenever it is asked to, until it is asked to end.
 *
 * @param calls that each turn makes
 * @returns how many it has made
 */
export async function answerTurns(callAll: () => Promise<unknown>, calls: number): Promise<number> {
  let made = 0;
  let answer: unknown = 'ready';
  for (;;) {
    const message = once(process, 'message') as Promise<['turn' | 'end']>;
    process.send!(answer);
    if ((await message)[0] === 'end') {
      return made;
    }
    const startedAt = performance.now();
    await callAll();
    answer = (performance.now() - startedAt) * 1_000 / calls;
    made += calls;
  }
}
