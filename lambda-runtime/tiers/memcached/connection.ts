import type { Socket } from 'node:net';
import { RefusedError } from './command-errors.js';
import { type Item, Replies, type Reply } from './replies.js';
import { connectionError } from '../connection-error.js';
import { lookup } from '../lookup.js';

/** Where a server listens, and how it is spoken to. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Absent: not encrypted. */
  readonly tls?: { readonly ca?: string };
}

interface Waiting {
  /** Whether bytes follow the command's line. A server that refuses the line may read them as commands. */
  readonly hasData: boolean;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** ElastiCache Serverless takes no longer command than 16 KB (ElastiCache, Supported Memcached commands). */
const MAX_COMMAND_BYTES = 8_192;

/** What follows may answer bytes that were data. */
const MISREAD = /^(?:CLIENT_ERROR|ERROR)\b/;

const STORED = /^(?:STORED|NOT_STORED|EXISTS|NOT_FOUND)$/;

/**
 * One connection to a server that speaks Memcached's text protocol. Commands that are given in one go go out in one go, and
 * are answered in their order. It ends when anything is wrong, and is never opened again.
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
        // An address is no name that a server could be asked for.
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

  /** What is under some keys, of whatever number. */
  public async gets(keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const replies = await Promise.all(commandsFor(keys).map((command) => this.send(command, /^END$/)));
    return replies.length === 1 ? replies[0].items : new Map(replies.flatMap(({ items }) => [...items]));
  }

  /** What ElastiCache knows of the nodes of the cluster that the server belongs to. */
  public async nodes(): Promise<Buffer | undefined> {
    const { items } = await this.send('config get cluster\r\n', /^END$/);
    return items.get('cluster')?.bytes;
  }

  /** Stores whatever is there. */
  public async set(key: string, bytes: Buffer, seconds: number): Promise<void> {
    await this.store(`set ${key} 0 ${seconds} ${bytes.length}`, bytes, /^STORED$/);
  }

  /** Stores if there is nothing; false if there is. */
  public async add(key: string, bytes: Buffer, seconds: number): Promise<boolean> {
    return (await this.store(`add ${key} 0 ${seconds} ${bytes.length}`, bytes, STORED)).end === 'STORED';
  }

  /** Adds bytes to the end of what is there; false if there is nothing. */
  public async append(key: string, bytes: Buffer): Promise<boolean> {
    return (await this.store(`append ${key} 0 0 ${bytes.length}`, bytes, STORED)).end === 'STORED';
  }

  /** Stores if there still is what was read; false if not. */
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

  /** @param expected the ends of answers that are no errors */
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
      this.waiting.push({ hasData: typeof command !== 'string', resolve, reject });
      this.socket.write(command, 'latin1');
    });
    if (!expected.test(reply.end)) {
      throw new RefusedError(reply.end);
    }
    return reply;
  }

  /** Nobody may throw here: it would end the process. */
  private receive(chunk: Buffer): void {
    try {
      for (const reply of this.replies.read(chunk)) {
        const waiting = this.waiting.shift();
        if (waiting === undefined) {
          throw new Error(`it says '${reply.end}' to nobody`);
        }
        waiting.resolve(reply);
        if (waiting.hasData && MISREAD.test(reply.end)) {
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
