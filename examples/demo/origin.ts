import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export const ORIGIN_MIN_MS = 5;
export const ORIGIN_MAX_MS = 20;

/** How the delays lie between the two: 1 is even; the higher, the rarer the slow ones, as databases have it. */
const SKEW = 8;

/** The product database behind HTTP: takes its time, and counts how often it was asked. */
export class Origin {
  public calls = 0;

  public static async start(): Promise<Origin> {
    const origin = new Origin();
    await new Promise<void>((resolve) => origin.server.listen(0, '127.0.0.1', resolve));
    return origin;
  }

  private readonly server: Server = createServer((request, response) => {
    this.calls++;
    const id = decodeURIComponent(request.url?.split('/').pop() ?? '');
    void delay(ORIGIN_MIN_MS + (ORIGIN_MAX_MS - ORIGIN_MIN_MS) * Math.random() ** SKEW).then(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(productWithId(id)));
    });
  });

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export function productWithId(id: string): { id: string; name: string; priceInCents: number; description: string } {
  return { id, name: `Product ${id}`, priceInCents: 100 + Number(id) % 9_900, description: 'Sturdy, light and in stock. '.repeat(20) };
}
