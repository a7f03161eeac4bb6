import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The source of truth of a scenario: every path's value contains its version. */
export class Origin {
  private readonly requests = new Map<string, number>();
  private readonly versions = new Map<string, number>();
  private readonly failing = new Set<string>();
  private readonly hanging = new Set<string>();
  private readonly server = createServer(({ url }, response) => {
    const path = decodeURIComponent(url!.slice(1));
    this.requests.set(path, this.requestCount(path) + 1);
    if (this.hanging.has(path)) {
      return;
    }
    if (this.failing.has(path)) {
      response.writeHead(503).end(`no ${path}`);
    } else {
      response.end(`${path}#${this.version(path)}`);
    }
  });

  public static async start(): Promise<Origin> {
    const origin = new Origin();
    origin.server.listen(0, '127.0.0.1');
    await once(origin.server, 'listening');
    return origin;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public requestCount(path: string): number {
    return this.requests.get(path) ?? 0;
  }

  public change(path: string): void {
    this.versions.set(path, this.version(path) + 1);
    this.failing.delete(path);
    this.hanging.delete(path);
  }

  public fail(path: string): void {
    this.failing.add(path);
  }

  public hang(path: string): void {
    this.hanging.add(path);
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private version(path: string): number {
    return this.versions.get(path) ?? 1;
  }
}
