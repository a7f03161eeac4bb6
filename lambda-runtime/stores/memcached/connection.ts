import type { Socket } from 'node:net';
import { RefusedError } from './command-errors.js';
import { type Item, Replies, type Reply } from './replies.js';
import { connectionError } from '../../resilience/connection-error.js';
import { lookup } from '../dns-lookup.js';

/** A server's address, and whether it uses TLS. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Absent: not encrypted. */
  readonly tls?: { readonly ca?: string };
}

interface Waiting {
  /** The final lines of replies that are not errors. */
  readonly expected: RegExp;
  /** Whether bytes follow the command line. A server that rejects the line may read them as commands. */
  readonly hasData: boolean;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** ElastiCache Serverless accepts commands of up to 16 KB (ElastiCache, Supported Memcached commands). */
const MAX_COMMAND_BYTES = 8_192;

const ERROR = /^(?:SERVER_ERROR|CLIENT_ERROR|ERROR)\b/;

/** Replies after this may answer data bytes that were read as commands. */
const MISREAD = /^(?:CLIENT_ERROR|ERROR)\b/;

const STORED = /^(?:STORED|NOT_STORED|EXISTS|NOT_FOUND)$/;

/**
 * One connection to a server with Memcached's text protocol. Commands from one tick are sent together, and answered in order. Any error
 * closes it for good.
 */
export class Connection {
  public isReady = false;
  public isClosed = false;
  private readonly socket: Socket;
  private readonly replies = new Replies();
  private waiting: Waiting[] = [];

  public constructor({ host, port, tls }: Address, private readonly closed: () => void) {
    this.socket = tls === undefined
      ? process.getBuiltinModule('node:net').connect({ host, port, lookup })
      : process.getBuiltinModule('node:tls').connect({
        host,
        port,
        lookup,
        ...(tls.ca !== undefined && { ca: tls.ca }),
        // An IP address is not allowed as a server name.
        ...(process.getBuiltinModule('node:net').isIP(host) === 0 && { servername: host }),
      });
    this.socket.setNoDelay(true);
    this.socket.on(tls === undefined ? 'connect' : 'secureConnect', () => {
      this.isReady = true;
    });
    this.socket.on('data', (chunk) => this.receive(chunk));
    this.socket.on('error', (error) => this.close(connectionError({ host, port }, error)));
    this.socket.on('close', () => this.close(new Error(`${host}:${port} has closed the connection`)));
  }

  /** Reads any number of keys. */
  public async gets(keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const replies = await Promise.all(commandsFor(keys).map((command) => this.send(command, /^END$/)));
    return replies.length === 1 ? replies[0].items : new Map(replies.flatMap(({ items }) => [...items]));
  }

  /** The nodes of the server's cluster, as listed by ElastiCache. */
  public async nodes(): Promise<Buffer | undefined> {
    const { items } = await this.send('config get cluster\r\n', /^END$/);
    return items.get('cluster')?.bytes;
  }

  /** Stores unconditionally. */
  public async set(key: string, bytes: Buffer, seconds: number): Promise<void> {
    await this.store(`set ${key} 0 ${seconds} ${bytes.length}`, bytes, /^STORED$/);
  }

  /** Stores if the key has no value; false if it has one. */
  public async add(key: string, bytes: Buffer, seconds: number): Promise<boolean> {
    return (await this.store(`add ${key} 0 ${seconds} ${bytes.length}`, bytes, STORED)).end === 'STORED';
  }

  /** Appends bytes to the stored item; false if there is none. */
  public async append(key: string, bytes: Buffer): Promise<boolean> {
    return (await this.store(`append ${key} 0 0 ${bytes.length}`, bytes, STORED)).end === 'STORED';
  }

  /** Stores if the value has not changed since it was read; false if it has. */
  public async cas(key: string, bytes: Buffer, seconds: number, { unique }: Item): Promise<boolean> {
    return (await this.store(`cas ${key} 0 ${seconds} ${bytes.length} ${unique}`, bytes, STORED)).end === 'STORED';
  }

  public close(reason: Error): void {
    if (this.isClosed) {
      return;
    }
    this.isClosed = true;
    this.isReady = false;
    this.socket.destroy();
    this.closed();
    this.waiting.splice(0).forEach(({ reject }) => reject(reason));
  }

  private store(command: string, bytes: Buffer, expected: RegExp): Promise<Reply> {
    return this.send(Buffer.concat([Buffer.from(`${command}\r\n`, 'latin1'), bytes, LINE_END]), expected);
  }

  private async send(command: string | Buffer, expected: RegExp): Promise<Reply> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      if (this.isClosed) {
        reject(new Error('the connection is closed'));
        return;
      }
      if (this.socket.writableCorked === 0) {
        this.socket.cork();
        queueMicrotask(() => this.socket.uncork());
      }
      this.waiting.push({ expected, hasData: typeof command !== 'string', resolve, reject });
      this.socket.write(command, 'latin1');
    });
    if (!expected.test(reply.end)) {
      throw new RefusedError(reply.end);
    }
    return reply;
  }

  /** Must not throw: that would end the process. */
  private receive(chunk: Buffer): void {
    try {
      for (const reply of this.replies.read(chunk)) {
        const waiting = this.waiting.shift();
        if (waiting === undefined) {
          throw new Error(`it sent '${reply.end}' without a request`);
        }
        waiting.resolve(reply);
        // An answer to another command: all later ones would be too.
        const isOutOfStep = !waiting.expected.test(reply.end) && !ERROR.test(reply.end);
        if (isOutOfStep || (waiting.hasData && MISREAD.test(reply.end))) {
          throw new RefusedError(reply.end);
        }
      }
    } catch (error) {
      this.close(error as Error);
    }
  }
}

const LINE_END = Buffer.from('\r\n');

function commandsFor(keys: readonly string[]): string[] {
  const commands: string[] = [];
  let command = 'gets';
  for (const key of keys) {
    if (command.length + key.length > MAX_COMMAND_BYTES) {
      commands.push(`${command}\r\n`);
      command = 'gets';
    }
    command += ` ${key}`;
  }
  return [...commands, `${command}\r\n`];
}
