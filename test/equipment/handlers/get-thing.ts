import { setTimeout as delay } from 'node:timers/promises';
import { cached } from 'cdk-cached-function/runtime';

/** How often the origin was read in this environment. */
let loads = 0;

const thing = cached('thing', async (id: string) => {
  loads++;
  if (id === 'broken') {
    throw new RangeError('the origin is broken');
  }
  await delay(1);
  return { id, text: 'x'.repeat(1_000) };
});

export interface Request {
  readonly id: string;
  /** Other things to get in the same invocation. */
  readonly more?: readonly string[];
}

export const handler = async ({ id, more = [] }: Request) => {
  const things = await Promise.all([id, ...more].map((each) => thing(each)));
  return { ids: things.map((each) => each.id), loads };
};
