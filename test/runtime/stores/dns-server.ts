import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** The server's answer for a name: addresses by record type, "no such name", or none at all. */
export type Answer = { readonly A?: readonly string[]; readonly AAAA?: readonly string[] } | 'NXDOMAIN' | 'silent';

const TYPES = { A: 1, AAAA: 28 };

/** A DNS server on loopback with a few names. */
export class DnsServer {
  /** The requested names with their types, in order. */
  public readonly questions: string[] = [];

  private constructor(private readonly socket: Socket, private readonly names: Readonly<Record<string, Answer>>) {
    socket.on('message', (message, { port, address }) => {
      const reply = this.reply(message);
      if (reply !== undefined) {
        socket.send(reply, port, address);
      }
    });
  }

  public static async start(names: Readonly<Record<string, Answer>>): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, names);
  }

  public get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  public async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  /** @see RFC 1035, section 4 */
  private reply(message: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let position = 12;
    while (message[position] > 0) {
      labels.push(message.toString('latin1', position + 1, position + 1 + message[position]));
      position += 1 + message[position];
    }
    const question = message.subarray(12, position + 5);
    const type = message.readUInt16BE(position + 1) === TYPES.A ? 'A' : 'AAAA';
    const name = labels.join('.');
    this.questions.push(`${type} ${name}`);
    const answer = this.names[name] ?? 'NXDOMAIN';
    if (answer === 'silent') {
      return undefined;
    }
    const addresses = answer === 'NXDOMAIN' ? [] : answer[type] ?? [];
    const header = Buffer.alloc(12);
    message.copy(header, 0, 0, 2);
    header.writeUInt16BE(answer === 'NXDOMAIN' ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    return Buffer.concat([header, question, ...addresses.map((address) => record(type, address))]);
  }
}

function record(type: keyof typeof TYPES, address: string): Buffer {
  const bytes = type === 'A' ? Buffer.from(address.split('.').map(Number)) : Buffer.from(address.split(':').map((group) => group.padStart(4, '0')).join(''), 'hex');
  const timeToLive = [0, 0, 0, 1];
  return Buffer.concat([Buffer.from([0xc0, 12, 0, TYPES[type], 0, 1, ...timeToLive, 0, bytes.length]), bytes]);
}
