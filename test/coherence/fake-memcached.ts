import type { Item } from '../../lambda-runtime/stores/memcached/replies.js';
import type { Server } from '../../lambda-runtime/stores/memcached/server.js';

/** Over which connection a message goes. In a cluster of Redis, entries and the log are on two nodes: neither order nor snapshot. */
export type Channel = 'entry' | 'log';
export const CHANNELS: readonly Channel[] = ['entry', 'log'];

/** What holds a channel up: requests do not reach the server, or its answers do not reach the environment. */
export type Hold = 'request' | 'answer';

/** A Memcached server in memory, with the commands that connection.ts uses. */
export class FakeMemcached {
  public readonly items = new Map<string, { bytes: Buffer; unique: number }>();
  private changes = 0;

  public set(key: string, bytes: Buffer): void {
    this.items.set(key, { bytes, unique: ++this.changes });
  }

  public gets(keys: readonly string[]): ReadonlyMap<string, Item> {
    return new Map(keys.flatMap((key) => {
      const item = this.items.get(key);
      return item === undefined ? [] : [[key, { bytes: item.bytes, unique: String(item.unique) }]];
    }));
  }

  public add(key: string, bytes: Buffer): boolean {
    return !this.items.has(key) && (this.set(key, bytes), true);
  }

  public append(key: string, bytes: Buffer): boolean {
    const item = this.items.get(key);
    return item !== undefined && (this.set(key, Buffer.concat([item.bytes, bytes])), true);
  }

  public cas(key: string, bytes: Buffer, { unique }: Item): boolean {
    return this.items.get(key)?.unique === Number(unique) && (this.set(key, bytes), true);
  }
}

interface Message {
  readonly execute: () => unknown;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
  reply?: { readonly of: unknown };
}

/** The connections of one environment. Messages of a channel keep their order. */
export class FakeLine {
  public readonly holds = new Map<Channel, Hold>();
  /** Whether the environment is frozen: the server continues, and nothing arrives. */
  public isFrozen = false;
  /** How many messages were sent so far. */
  public readonly sent: Record<Channel, number> = { entry: 0, log: 0 };
  private readonly queues: Readonly<Record<Channel, Message[]>> = { entry: [], log: [] };

  public constructor(private readonly server: FakeMemcached) {}

  /** Instead of a connection to a real server. */
  public get asServer(): Server {
    const { server } = this;
    const connection = {
      gets: (keys: readonly string[]) => this.send(keys, () => server.gets(keys)),
      set: (key: string, bytes: Buffer) => this.send([key], () => server.set(key, bytes)),
      add: (key: string, bytes: Buffer) => this.send([key], () => server.add(key, bytes)),
      append: (key: string, bytes: Buffer) => this.send([key], () => server.append(key, bytes)),
      cas: (key: string, bytes: Buffer, _: number, item: Item) => this.send([key], () => server.cas(key, bytes, item)),
    };
    return {
      isConnected: true,
      abandon: () => {},
      use: (operation: (to: typeof connection) => Promise<unknown>) => operation(connection),
    } as unknown as Server;
  }

  public get isIdle(): boolean {
    return CHANNELS.every((channel) => this.queues[channel].length === 0);
  }

  public pending(channel: Channel): number {
    return this.queues[channel].length;
  }

  /** Moves messages as far as they get; false if none moved. */
  public move(): boolean {
    let hasMoved = false;
    for (const channel of CHANNELS) {
      const queue = this.queues[channel];
      const hold = this.holds.get(channel);
      for (const message of hold === 'request' ? [] : queue) {
        if (message.reply === undefined) {
          message.reply = { of: message.execute() };
          hasMoved = true;
        }
      }
      while (hold === undefined && !this.isFrozen && queue[0]?.reply !== undefined) {
        const { resolve, reply } = queue.shift()!;
        resolve(reply!.of);
        hasMoved = true;
      }
    }
    return hasMoved;
  }

  /** The connections break: what is under way fails, whether or not the server has done it. */
  public cut(): void {
    this.holds.clear();
    CHANNELS.forEach((channel) => this.queues[channel].splice(0).forEach(({ reject }) => reject(new Error('the connection is cut'))));
  }

  private send(keys: readonly string[], execute: () => unknown): Promise<unknown> {
    const channel = keys.some((key) => key.endsWith('@log')) ? 'log' : 'entry';
    this.sent[channel]++;
    return new Promise((resolve, reject) => {
      this.queues[channel].push({ execute, resolve, reject });
    });
  }
}
