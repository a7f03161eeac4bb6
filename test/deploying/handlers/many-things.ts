import { cached } from 'cdk-cached-function/runtime';

const thing = cached('thing', async (id: number) => ({ id, loadedAt: Date.now() }), { ttl: { seconds: 60 } });

/** Gets this many things, and returns each one's age. */
export const handler = async ({ count }: { count: number }) => {
  const before = performance.now();
  const ages = [];
  for (let id = 0; id < count; id++) {
    ages.push(Date.now() - (await thing(id)).loadedAt);
  }
  return { oldestMs: Math.max(...ages), wallClock: Date.now(), monotonicMs: before };
};
