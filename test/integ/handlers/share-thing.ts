import { cached } from 'cdk-cached-function/runtime';

let loads = 0;

const thing = cached('thing', async (id: string) => {
  loads++;
  return { id, text: 'x'.repeat(1_000) };
});

export interface Request {
  readonly id: string;
  /** Forget it instead. */
  readonly invalidate?: boolean;
}

/** Says whether it had to ask the origin. */
export const handler = async ({ id, invalidate = false }: Request) => {
  const before = loads;
  await (invalidate ? thing.invalidate(id) : thing(id));
  return { id, loaded: loads > before };
};
