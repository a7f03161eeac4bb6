/** A user's handler that reads one value. */
import { originOf, type Product } from './product';
import { cached } from 'cdk-cached-function/runtime';

const product = cached('product', originOf(), { ttl: { minutes: 5 } });

export function handler({ id }: { readonly id: string }): Promise<Product> {
  return product(id);
}
