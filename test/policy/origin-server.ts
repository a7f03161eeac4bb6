import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that waits for its answer. */
export interface HeldRequest {
  answer(value: string): void;
  /** Resolves when the client has hung up. */
  readonly hungUp: Promise<void>;
}

/** The origin as a server of the test's: answers with an increasing number, at once or when the test releases it. */
export class OriginServer {
  public requests = 0;
  public isHolding = false;
  private readonly held: HeldRequest[] = [];
  private readonly waiting: ((request: HeldRequest) => void)[] = [];
  private readonly server = createServer((_, response) => this.handle(response));

  public static async start(): Promise<OriginServer> {
    const origin = new OriginServer();
    origin.server.listen(0, '127.0.0.1');
    await once(origin.server, 'listening');
    return origin;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next request that was held, or will be. */
  public next(): Promise<HeldRequest> {
    const request = this.held.shift();
    return request ? Promise.resolve(request) : new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private handle(response: ServerResponse): void {
    this.requests++;
    if (!this.isHolding) {
      response.end(`v${this.requests}`);
      return;
    }
    const request = { answer: (value: string) => void response.end(value), hungUp: once(response, 'close').then(() => {}) };
    const waiting = this.waiting.shift();
    if (waiting) {
      waiting(request);
    } else {
      this.held.push(request);
    }
  }
}
