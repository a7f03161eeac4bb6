import { isDeepStrictEqual } from 'node:util';
import { thing } from '../origin';
import { cached } from 'cdk-cached-function/runtime';

const caches = ['one', 'two', 'three'].map((name) => cached(name, async (id: string) => thing(id)));
const [one, two, three] = caches;

/** Fills the caches, or reads from them: side by side, and then one after the other. Tells how many values were not the origin's. */
export const handler = async ({ fill, n }: { fill?: string[]; n: number }) => {
  if (fill !== undefined) {
    await Promise.all(fill.flatMap((id) => caches.map((each) => each(id))));
    return { wrongValues: 0 };
  }
  const wrong = [
    ...await Promise.all([isWrong(one, 'old'), isWrong(two, `filled-${n}`), isWrong(three, `new-${n}`)]),
    await isWrong(one, `filled-${n}`),
    await isWrong(two, `new-${n}`),
  ];
  return { wrongValues: wrong.filter(Boolean).length };
};

async function isWrong(cache: typeof one, id: string): Promise<boolean> {
  return !isDeepStrictEqual(await cache(id), thing(id));
}
