import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Connection, type ConnectionOptions } from './connection';
import type { Mode } from './faults';

export interface TlsOptions {
  /** In PEM. The client checks that it is valid for the host in the endpoint's address. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** One node of a cluster: a port, and the connections to it. */
export class Node {
  private readonly open = new Set<Socket>();
  private server?: Server;
  private itsPort = 0;
  private mode: Mode = 'serve';

  public constructor(
    private readonly options: Omit<ConnectionOptions, 'isHanging'> & { readonly tls?: TlsOptions; readonly accepted: () => void },
  ) {}

  public get port(): number {
    return this.itsPort;
  }

  public get openConnections(): number {
    return this.open.size;
  }

  public async listen(): Promise<void> {
    const { tls } = this.options;
    // 'connection' comes before the TLS handshake, which a fault does not need.
    const server = tls === undefined ? createServer((socket) => this.serve(socket)) : createTlsServer(tls, (socket) => this.serve(socket));
    server.on('connection', (socket: Socket) => this.accept(socket));
    server.on('tlsClientError', () => {});
    this.server = server;
    server.listen(this.itsPort, '127.0.0.1');
    await once(server, 'listening');
    this.itsPort = (server.address() as AddressInfo).port;
  }

  /** Resolves when the new mode is in effect. */
  public async set(mode: Mode): Promise<void> {
    this.mode = mode;
    this.open.forEach((socket) => this.treat(socket));
    if (mode === 'refuse') {
      await this.close();
    } else if (this.server === undefined) {
      await this.listen();
    }
  }

  public async stop(): Promise<void> {
    this.open.forEach((socket) => socket.destroy());
    await this.close();
  }

  private async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) {
      server.close();
      await once(server, 'close');
    }
  }

  private accept(socket: Socket): void {
    this.options.accepted();
    this.open.add(socket);
    socket.setNoDelay(true);
    // 'close' follows an error.
    socket.on('error', () => {});
    socket.on('close', () => this.open.delete(socket));
    this.treat(socket);
  }

  private treat(socket: Socket): void {
    switch (this.mode) {
      case 'close':
        socket.destroySoon();
        return;
      case 'reset':
      case 'refuse':
        socket.resetAndDestroy();
    }
  }

  private serve(socket: Socket): void {
    void new Connection(socket, { ...this.options, isHanging: () => this.mode === 'hang' }).serve();
  }
}
