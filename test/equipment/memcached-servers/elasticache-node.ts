import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { MemcachedServer } from './memcached-server';
import type { Certificate } from '../redis-servers';

/** The key under which a node keeps its cluster's configuration, as in ElastiCache before there was a command for it. */
const CONFIGURATION_KEY = 'AmazonElastiCache:cluster';

/**
 * An ElastiCache node: a Memcached server that also supports `config get cluster`. The command is translated into one that the server
 * has, and its reply is translated back, so that all replies arrive in order.
 */
export class ElastiCacheNode {
  private readonly sockets = new Set<Socket>();

  private constructor(public readonly server: MemcachedServer, private readonly front: Server) {}

  public static async start(server: MemcachedServer, certificate?: Certificate): Promise<ElastiCacheNode> {
    const front = certificate === undefined
      ? createPlainServer()
      : createTlsServer({ key: readFileSync(certificate.keyFile), cert: readFileSync(certificate.certFile) });
    const node = new ElastiCacheNode(server, front);
    front.on(certificate === undefined ? 'connection' : 'secureConnection', (client: Socket) => node.accept(client));
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    return node;
  }

  public get port(): number {
    return (this.front.address() as AddressInfo).port;
  }

  /** @param version grows with every change of the nodes */
  public async configure(version: number, nodes: readonly ElastiCacheNode[]): Promise<void> {
    const text = `${version}\n${nodes.map(({ port }) => `localhost|127.0.0.1|${port}`).join(' ')}\n`;
    await this.server.call(`set ${CONFIGURATION_KEY} 0 0 ${text.length}`, text);
  }

  public async stop(): Promise<void> {
    this.front.close();
    this.sockets.forEach((socket) => socket.destroy());
    await this.server.stop();
  }

  private accept(client: Socket): void {
    const server = connect(this.server.port, '127.0.0.1');
    for (const [from, to] of [[client, server], [server, client]]) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    client.pipe(replacing('config get cluster\r\n', `get ${CONFIGURATION_KEY}\r\n`)).pipe(server);
    server.pipe(replacing(`VALUE ${CONFIGURATION_KEY} `, 'CONFIG cluster ')).pipe(client);
  }
}

/** Replaces a text in a stream with pieces of any size. */
function replacing(text: string, by: string): Transform {
  let held = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const all = (held + chunk.toString('latin1')).replaceAll(text, by);
      const beginning = Array.from(text, (_character, index) => text.slice(0, text.length - index)).find((each) => all.endsWith(each)) ?? '';
      held = beginning;
      done(null, Buffer.from(all.slice(0, all.length - beginning.length), 'latin1'));
    },
  });
}
