import { cached } from 'cdk-cached-function/runtime';

const product = cached('product', async (id: string): Promise<unknown> => (await fetch(`${process.env.PRODUCT_API}/products/${id}`)).json());

/** Reads a product, or invalidates it after somebody has changed it. */
export const handler = async ({ id, invalidate }: { id: string; invalidate?: boolean }) => invalidate ? product.invalidate(id) : product(id);
