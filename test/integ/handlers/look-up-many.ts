import { randomUUID } from 'node:crypto';
import { cached } from 'cdk-cached-function/runtime';

const thing = cached('thing', async (id: string) => ({ id }));

export interface Request {
  readonly count: number;
  /** Rather than one after the other. */
  readonly together?: boolean;
}

/** Looks up keys that do not exist, so that the shared cache is read each time. */
export const handler = async ({ count, together = false }: Request) => {
  const ids = Array.from({ length: count }, () => randomUUID());
  if (together) {
    await Promise.all(ids.map((id) => thing(id)));
  } else {
    for (const id of ids) await thing(id);
  }
  return { count };
};
