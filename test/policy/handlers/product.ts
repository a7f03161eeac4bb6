import { get } from 'node:http';
import { cached, loadContext } from 'cdk-cached-function/runtime';

/** Reads the origin server that the test runs. */
const product = cached('product', (id: string) => new Promise<string>((resolve, reject) => {
  const request = get(`${process.env.ORIGIN}/${id}`, { agent: false, signal: loadContext().signal }, (response) => {
    let body = '';
    response.on('data', (chunk) => body += chunk);
    response.on('end', () => resolve(body));
  });
  request.on('error', reject);
}));

export const handler = async ({ id }: { id: string }) => {
  const value = await product(id);
  (globalThis as { gc?: () => void }).gc?.();
  return { value, heapBytes: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().sort() };
};
