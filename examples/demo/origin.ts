import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How far the times of a database spread: the slowest of a hundred takes 1.8 times the median. */
const SPREAD = 0.25;

/**
 * The product database behind HTTP. It answers at once and records the time that it would have taken, for the replay to add to its
 * clocks: minutes of waiting need not be waited for, and the load of this machine does not change them.
 */
export class Origin {
  public calls = 0;
  /** Answers 503. */
  public isDown = false;
  /** Takes its time for real. */
  public isSlow = false;
  private readonly spent = new Map<string, number[]>();
  private readonly versions = new Map<string, number>();

  public static async start(medianMs: number): Promise<Origin> {
    const origin = new Origin(medianMs);
    await new Promise<void>((resolve) => origin.server.listen(0, '127.0.0.1', resolve));
    return origin;
  }

  private readonly server: Server = createServer((request, response) => {
    this.calls++;
    const id = decodeURIComponent(request.url?.split('/').pop() ?? '');
    const ms = this.isDown ? 0 : timeOf(id, this.medianMs);
    this.spent.set(id, [...this.spent.get(id) ?? [], ms]);
    void delay(this.isSlow ? ms : 0).then(() => {
      response.writeHead(this.isDown ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(productWithId(id, this.versions.get(id))));
    });
  });

  private constructor(private readonly medianMs: number) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The time of the call that a request for this product has made; 0 if it made none. */
  public takeTime(id: string): number {
    return this.spent.get(id)?.shift() ?? 0;
  }

  public forgetTimes(): void {
    this.spent.clear();
  }

  /** Somebody changes a product. */
  public change(id: string, version: number): void {
    this.versions.set(id, version);
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export function productWithId(id: string, version = 1) {
  return { id, version, name: `Product ${id}`, priceInCents: 100 + hash(id) % 9_900, description: 'Sturdy, light and in stock. '.repeat(20) };
}

/** The same for a product each time: with and without the cache, the origin is equally fast. */
function timeOf(id: string, medianMs: number): number {
  const [a, b] = [hash(`${id}a`), hash(`${id}b`)].map((each) => (each % 100_003 + 1) / 100_004);
  return medianMs * Math.exp(SPREAD * Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b));
}

/** The same number for a text each time. */
function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
