import { get } from 'node:http';
import { cached } from 'cdk-cached-function/runtime';

const read = (id: string) => new Promise<string>((resolve, reject) => {
  get(`${process.env.ORIGIN}/${id}`, { agent: false }, (response) => {
    let body = '';
    response.on('data', (chunk) => body += chunk);
    response.on('end', () => resolve(body));
  }).on('error', reject);
});

let product: ((id: string) => Promise<string>) | undefined;

export const handler = async ({ id }: { id: string }) => {
  product ??= cached('product', read, { ttl: { milliseconds: 1 }, staleWhileRevalidate: { hours: 1 } });
  const value = await product(id);
  // Stale from the next call on, however quick the origin was.
  await new Promise((resolve) => {
    setTimeout(resolve, 2);
  });
  return value;
};
