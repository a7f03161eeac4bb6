import { cachedMany } from 'cdk-cached-function/runtime';

let underWay = 0;
let most = 0;

const names = cachedMany('name', async (ids: readonly string[]) => {
  most = Math.max(most, ++underWay);
  await new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
  underWay--;
  return ids.map((id) => `name of ${id}`);
});

export const handler = async ({ count }: { count: number }) => {
  const values = await names(Array.from({ length: count }, (_, index) => `id-${index}`));
  return { wrong: values.filter((value, index) => value !== `name of id-${index}`).length, count: values.length, most };
};
