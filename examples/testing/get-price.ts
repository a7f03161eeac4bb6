import { cached } from 'cdk-cached-function/runtime';

/** Where prices come from; tests put something else here. */
export const origin = {
  async readPrice(id: string): Promise<number> {
    const response = await fetch(`https://prices.example.com/${encodeURIComponent(id)}`);
    return Number(await response.text());
  },
};

const price = cached('price', (id: string) => origin.readPrice(id), { ttl: { minutes: 1 } });

export const handler = async (event: { id: string }) => ({ id: event.id, price: await price(event.id) });
