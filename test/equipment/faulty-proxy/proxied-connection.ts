import { connect, type Socket } from 'node:net';
import type { Mode } from './mode';
import { OneWay, type Treatment } from './one-way';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** The parameters of a mode. */
export interface ModeDetails {
  readonly delayMs: number;
  readonly corrupt: (reply: Buffer) => Buffer;
}

export interface Traffic {
  /** From clients to the server. */
  bytesSent: number;
  bytesReceived: number;
}

/** A client's connection and its connection to the server. */
export class ProxiedConnection {
  private readonly server: Socket;
  private readonly requests: OneWay;
  private readonly replies: OneWay;
  private mode: Mode = 'pass';

  public constructor(private readonly client: Socket, target: Target, private readonly traffic: Traffic) {
    this.server = connect(target);
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true);
      // 'close' follows an error.
      socket.on('error', () => {});
    }
    this.requests = new OneWay(client, this.server);
    this.replies = new OneWay(this.server, client);
    client.on('close', () => this.server.destroy());
    this.server.on('close', (hadError) => this.serverLeft(hadError));
  }

  public set(mode: Mode, { delayMs, corrupt }: ModeDetails): void {
    const wasHalfOpen = this.mode === 'halfOpen';
    this.mode = mode;
    const requests: Treatment = { passed: (bytes) => this.traffic.bytesSent += bytes };
    const replies: Treatment = { passed: (bytes) => this.traffic.bytesReceived += bytes };
    switch (mode) {
      case 'pass':
      case 'slow':
      case 'garbage':
        if (wasHalfOpen) {
          this.reset();
          return;
        }
        this.requests.treat(requests);
        this.replies.treat({ ...replies, ...(mode === 'slow' && { delayMs }), ...(mode === 'garbage' && { change: corrupt }) });
        return;
      case 'truncated':
        this.requests.treat(requests);
        this.replies.treat({ ...replies, change: (reply) => this.cutShort(reply) });
        return;
      case 'blackHole':
        this.requests.treat({ holds: true });
        this.replies.treat({ holds: true });
        return;
      case 'halfOpen':
        this.requests.treat({ holds: true });
        this.replies.treat({ holds: true });
        this.server.destroy();
        return;
      case 'closed':
        this.client.destroySoon();
        this.server.destroy();
        return;
      case 'reset':
      case 'refuse':
        this.reset();
    }
  }

  public reset(): void {
    this.client.resetAndDestroy();
    this.server.destroy();
  }

  private cutShort(reply: Buffer): Buffer {
    // When the first half has been sent.
    setImmediate(() => {
      this.client.destroySoon();
      this.server.destroy();
    });
    this.replies.treat({ holds: true });
    return reply.subarray(0, Math.floor(reply.length / 2));
  }

  private serverLeft(hadError: boolean): void {
    const isTold = this.mode !== 'blackHole' && this.mode !== 'halfOpen';
    if (hadError && isTold) {
      this.client.resetAndDestroy();
    }
  }
}
