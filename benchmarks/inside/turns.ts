import { once } from 'node:events';
import type { Taken } from '../turns';

/**
 * Sends that it is ready, and then times the function from `prepare` on each request, until it is told to end.
 *
 * @param calls the number of calls in each turn
 * @returns the number of calls; each turn is answered with the microseconds per call
 */
export async function answerTurns(prepare: () => () => Promise<unknown>, calls: number): Promise<number> {
  let made = 0;
  let answer: Taken | 'ready' = 'ready';
  for (;;) {
    const message = once(process, 'message') as Promise<['turn' | 'end']>;
    process.send!(answer);
    if ((await message)[0] === 'end') {
      return made;
    }
    const callAll = prepare();
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await callAll();
    const { user, system } = process.cpuUsage(cpuBefore);
    answer = { wall: (performance.now() - startedAt) * 1_000 / calls, cpu: (user + system) / calls };
    made += calls;
  }
}
