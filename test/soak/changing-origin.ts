import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random';

/** What an entry takes of an environment's memory. */
const TEXT = 'x'.repeat(2_000);

const FAULTY_SHARE = 0.05;
const SLOW_SHARE = 0.05;
const SLOW_MS = 50;

/** An origin whose values change, with a record of when each was current. It sometimes fails, and it is slow. */
export class ChangingOrigin {
  public requests = 0;
  public faults = 0;
  /** By key: when each version but the latest was replaced. */
  private readonly replaced = new Map<string, number[]>();
  private readonly server = createServer(async ({ url }, response) => {
    this.requests++;
    const key = url!.slice(1);
    if (this.random.chance(SLOW_SHARE)) {
      await delay(SLOW_MS);
    }
    if (this.random.chance(FAULTY_SHARE)) {
      this.faults++;
      response.writeHead(503).end();
    } else {
      response.end(JSON.stringify({ key, version: this.replaced.get(key)?.length ?? 0, text: TEXT }));
    }
  });

  private constructor(private readonly random: Random) {}

  public static async start(random: Random): Promise<ChangingOrigin> {
    const origin = new ChangingOrigin(random);
    origin.server.listen(0, '127.0.0.1');
    await once(origin.server, 'listening');
    return origin;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public change(key: string): void {
    this.replaced.set(key, [...this.replaced.get(key) ?? [], Date.now()]);
  }

  /** For how long at a time a version had been wrong already; 0 or less: it was right. Infinite: there never was such a version. */
  public wrongFor(key: string, version: number, at: number): number {
    const replaced = this.replaced.get(key) ?? [];
    return version < 0 || version > replaced.length ? Infinity : at - (replaced[version] ?? Infinity);
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
