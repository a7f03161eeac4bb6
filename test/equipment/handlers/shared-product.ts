import { cached } from 'cdk-cached-function/runtime';

export interface Request {
  readonly do: 'get' | 'prime' | 'invalidate';
  readonly ids: readonly string[];
  /** The origin's current value. */
  readonly version: number;
}

let version = 0;
let loads = 0;

const product = cached('product', (id: string) => {
  loads++;
  return Promise.resolve({ id, version, text: 'x'.repeat(2_000) });
});

export const handler = async ({ do: what, ids, ...origin }: Request) => {
  version = origin.version;
  const results = await Promise.all(ids.map(async (id) => {
    switch (what) {
      case 'get':
        return (await product(id)).version;
      case 'prime':
        return (await product.prime(id, { id, version, text: '' })).scope;
      case 'invalidate':
        return (await product.invalidate(id)).scope;
    }
  }));
  return { results, loads };
};
