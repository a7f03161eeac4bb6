/** A user's handler that reads one product. */
import { productOf } from './product';
import { cached } from 'cdk-cached-function/runtime';

const product = cached('product', async (id: string) => productOf(id), { ttl: { hours: 1 } });

export async function handler({ id }: { id: string }): Promise<unknown> {
  return product(id);
}
