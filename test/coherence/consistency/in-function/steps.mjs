import { randomOf } from './random.cjs';

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A handler that takes the steps of its event.
 *
 * @param ways what a step may be: `read`, `readMany` (which resolve with versions), `change`, `trim`
 */
export function handlerOf(ways) {
  return async ({ steps, seed, worksFirst, names }) => {
    const random = randomOf(seed);
    const reads = [];
    if (worksFirst) await later(2);
    for (const [way, what, isLeft] of steps) {
      const done = ways[way](what, { random, names });
      // Some work is left behind when the response is out.
      if (isLeft) {
        done.catch(() => {});
        continue;
      }
      const versions = await done;
      if (way === 'read') reads.push([what, versions]);
      if (way === 'readMany') what.forEach((key, index) => reads.push([key, versions[index]]));
    }
    return { reads };
  };
}
