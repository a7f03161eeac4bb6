import { cached } from 'cdk-cached-function/runtime';

interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceInCents: number;
}

const product = cached('product', async (id: string): Promise<Product> => {
  const response = await fetch(`${process.env.PRODUCT_API}/products/${encodeURIComponent(id)}`);
  if (!response.ok) {
    throw new Error(`The product API answered ${response.status} for product ${id}.`);
  }
  return await response.json() as Product;
});

export const handler = async (event: { pathParameters: { id: string } }) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(await product(event.pathParameters.id)),
});
