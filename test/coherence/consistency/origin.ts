import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A function's requests to the origin (in-function/origin.mjs), one in each line. */
interface Question {
  readonly id: number;
  readonly way: 'load' | 'begin' | 'end';
  readonly key: number;
  /** With `end`: what was written, if it was acknowledged. */
  readonly version?: number;
  /** With `end`: when it was acknowledged. */
  readonly at?: number;
  /** With `end`: the write may arrive at any time. */
  readonly isPending?: boolean;
}

/** Milliseconds of a clock that all processes share, that is never set, and that continues while an environment is frozen. */
export const time = () => Number(process.hrtime.bigint()) / 1e6;

/** The origin of all environments: its values are versions. It records which changes were acknowledged, and is independent of any cache. */
export class Origin {
  public loads = 0;
  public changes = 0;
  private readonly versions: number[];
  /** The key has another name for each of these: a write that may come late changes the old one. */
  private readonly generations: number[];
  private readonly locked = new Set<number>();
  /** By key, in the order of their versions. */
  private readonly acknowledged: { readonly version: number; readonly at: number }[][];
  private readonly sockets = new Set<Socket>();

  private constructor(keys: number, private readonly server: Server) {
    this.versions = Array.from({ length: keys }, () => 0);
    this.generations = Array.from({ length: keys }, () => 0);
    this.acknowledged = Array.from({ length: keys }, () => []);
    server.on('connection', (socket) => {
      // An environment that is stopped resets its connection; readline emits the socket's errors once more.
      const ignored = () => {};
      this.sockets.add(socket.setNoDelay().on('error', ignored));
      createInterface({ input: socket }).on('error', ignored).on('line', (line) => {
        const question = JSON.parse(line) as Question;
        socket.write(`${JSON.stringify([question.id, this.answer(question)])}\n`);
      });
    });
  }

  public static async start(keys: number): Promise<Origin> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Origin(keys, server);
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How often each key was renamed: a part of its name. */
  public names(): readonly number[] {
    return [...this.generations];
  }

  /** The latest version that was acknowledged by then. */
  public promised(key: number, by: number): number {
    return this.acknowledged[key].findLast(({ at }) => at <= by)?.version ?? 0;
  }

  public stop(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  private answer({ way, key, version, at, isPending }: Question): number | readonly [version: number, name: number] | null {
    if (way === 'load') {
      this.loads++;
      return this.versions[key];
    }
    if (way === 'begin') {
      // One after the other: versions are acknowledged in their order.
      if (this.locked.has(key)) {
        return null;
      }
      this.locked.add(key);
      return [++this.versions[key], this.generations[key]];
    }
    if (at !== undefined) {
      this.changes++;
      this.acknowledged[key].push({ version: version!, at });
    }
    this.generations[key] += isPending ? 1 : 0;
    this.locked.delete(key);
    return null;
  }
}
