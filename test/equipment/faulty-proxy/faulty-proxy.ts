import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Mode } from './mode';
import { type ModeDetails, ProxiedConnection, type Target, type Traffic } from './proxied-connection';
import { freePorts } from '../free-ports';

export interface FaultyProxyOptions {
  /** @default - a free port */
  readonly port?: number;
  /** Called with the bytes that clients send. */
  readonly onRequest?: (bytes: Buffer) => void;
}

export interface ModeOptions {
  /** Affects only existing connections, or only new ones. @default - all */
  readonly only?: 'existing' | 'new';
  /** For `slow`. @default 100 */
  readonly delayMs?: number;
  /** For `garbage`: transforms a chunk of a reply. @default - every bit is inverted */
  readonly corrupt?: (reply: Buffer) => Buffer;
}

/**
 * Stands between a client and a server, and passes bytes on according to its mode.
 *
 * ```ts
 * const proxy = await FaultyProxy.start({ host: 'localhost', port: redis.port });
 * await proxy.set('blackHole', { only: 'existing' });
 * ```
 */
export class FaultyProxy {
  public readonly host = 'localhost';
  /** The number of connections that clients have made so far. */
  public connections = 0;
  public readonly traffic: Traffic = { bytesSent: 0, bytesReceived: 0 };
  private readonly open = new Set<ProxiedConnection>();
  private waiting: (() => void)[] = [];
  private server?: Server;
  private mode: Mode = 'pass';
  private details: ModeDetails = { delayMs: 0, corrupt: inverted };

  private constructor(private target: Target, public readonly port: number, private readonly onRequest?: (bytes: Buffer) => void) {}

  public static async start(target: Target, { port, onRequest }: FaultyProxyOptions = {}): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, port ?? (await freePorts(1))[0], onRequest);
    await proxy.listen();
    return proxy;
  }

  /** How many of the connections are still open at the client's side. */
  public get openConnections(): number {
    return this.open.size;
  }

  /** Resolves when the new mode is in effect. */
  public async set(mode: Mode, { only, delayMs = 100, corrupt = inverted }: ModeOptions = {}): Promise<void> {
    const details = { delayMs, corrupt };
    if (only !== 'existing') {
      this.mode = mode;
      this.details = details;
    }
    if (only !== 'new') {
      this.open.forEach((connection) => connection.set(mode, details));
    }
    if (this.mode === 'refuse') {
      this.server?.close();
      this.server = undefined;
    } else if (this.server === undefined) {
      await this.listen();
    }
  }

  /** Directs new connections elsewhere, as if the DNS entry of a name had changed. */
  public leadTo(target: Target): void {
    this.target = target;
  }

  /** Resolves when a condition holds, which is checked whenever connections open or close. */
  public async until(condition: (proxy: this) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  public async stop(): Promise<void> {
    this.open.forEach((connection) => connection.reset());
    const { server } = this;
    if (server !== undefined) {
      server.close();
      await once(server, 'close');
    }
  }

  private async listen(): Promise<void> {
    // Half-open, since FIN is passed on in order, like bytes.
    const server = createServer({ allowHalfOpen: true }, (client) => this.accept(client));
    this.server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
  }

  private accept(client: Socket): void {
    const connection = new ProxiedConnection(client, this.target, this.traffic);
    this.connections++;
    if (this.onRequest !== undefined) {
      client.on('data', this.onRequest);
    }
    this.open.add(connection);
    client.on('close', () => {
      this.open.delete(connection);
      this.wake();
    });
    connection.set(this.mode, this.details);
    this.wake();
  }

  private wake(): void {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }
}

function inverted(reply: Buffer): Buffer {
  return Buffer.from(reply.map((byte) => 0xff - byte));
}
