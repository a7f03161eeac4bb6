import { cached } from 'cdk-cached-function/runtime';

/** Stands for a read that takes time or costs money. */
async function readThing(id) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { id, readAt: new Date().toISOString() };
}

const thing = cached('thing', readThing);

export const handler = async ({ id }) => thing(id);
