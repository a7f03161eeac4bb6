import { cached } from 'cdk-cached-function/runtime';

const MEGABYTE = 1024 * 1024;

const PARTS = 64;

const blob = cached('blob', (id: number) => ({
  id,
  parts: Array.from({ length: PARTS }, (_, i) => `${id}/${i}/`.padEnd(MEGABYTE / PARTS, `${id % 10}`)),
}));

/** Loads distinct values of a megabyte each. */
export const handler = async ({ from, count }: { from: number; count: number }) => {
  let last;
  for (let id = from; id < from + count; id++) {
    last = await blob(id);
  }
  return { last: last?.parts[PARTS - 1].slice(0, 12) };
};
