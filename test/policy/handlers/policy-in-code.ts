import { existsSync } from 'node:fs';
import { cached } from 'cdk-cached-function/runtime';

let loads = 0;

/** Its refresh blocks the thread until the test has made a file: the test does so when it has the response. */
const counter = cached('counter', () => {
  loads++;
  while (loads > 1 && !existsSync(process.env.GATE!)) {
    // The environment can do nothing else meanwhile.
  }
  return loads;
}, { ttl: { milliseconds: 1 }, staleWhileRevalidate: { hours: 1 } });

export const handler = async () => {
  const value = await counter();
  // Stale from the next call on, however quick the loader was.
  await new Promise((resolve) => {
    setTimeout(resolve, 2);
  });
  return value;
};
