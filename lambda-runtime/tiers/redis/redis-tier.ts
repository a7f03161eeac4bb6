import type { Redis } from 'iovalkey';
import type { Snapshot, Tier, Write } from '../tier.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { BEGIN, INVALIDATE, WRITE_IF_UNCHANGED } from './scripts.js';

/** So many groups are remembered one by one. */
const MAX_GROUPS = 10_000;

/** Fields of the stamps: the latest of all, and the one before which everything is invalid. */
const LATEST = '@';
const FLOOR = '^';

/** Servers that speak Redis: Redis, Valkey, Dragonfly and others; one, or a cluster. */
export class RedisTier implements Tier {
  private readonly connection: Connection;
  private readonly stampsKey: string;

  public constructor(options: ConnectionOptions, namespace: string) {
    this.connection = new Connection(options);
    // No entry has this key: names of caches have no '@'.
    this.stampsKey = `${namespace}:${LATEST}`;
  }

  public get isConnected(): boolean {
    return this.connection.isReady;
  }

  public abandon(): void {
    this.connection.abandon();
  }

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const fields = [LATEST, FLOOR, ...groups];
    const [stamps, values] = await this.connection.use((client) => client.isCluster
      // A key each: the client sends what goes to one node in one go.
      ? Promise.all([client.hmget(this.stampsKey, ...fields), Promise.all(keys.map((key) => client.getBuffer(key)))])
      : this.readInOne(client as Redis, keys, fields));
    const [latest, floor, ...ofGroups] = stamps.map((stamp) => stamp ?? undefined);
    return { latest, floor, ofGroups, values: values.map((bytes) => bytes ?? undefined) };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.connection.use(async (client) => {
      const target = client.isCluster ? client : client.pipeline();
      const sent = writes.map(({ key, bytes, keepMs, expected }) => expected === undefined
        ? target.set(key, bytes, 'PX', keepMs)
        : target.eval(WRITE_IF_UNCHANGED, 1, key, expected, bytes, keepMs));
      await (target === client ? Promise.all(sent) : results(target as ReturnType<Redis['pipeline']>));
    });
  }

  public async begin(): Promise<void> {
    await this.connection.use((client) => client.eval(BEGIN, 1, this.stampsKey));
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.connection.use((client) => client.eval(INVALIDATE, 1, this.stampsKey, MAX_GROUPS, ...groups));
  }

  private async readInOne(client: Redis, keys: readonly string[], fields: readonly string[]): Promise<[(string | null)[], (Buffer | null)[]]> {
    const pipeline = client.pipeline().hmget(this.stampsKey, ...fields);
    const [stamps, values = []] = await results(keys.length === 0 ? pipeline : pipeline.mgetBuffer(...keys));
    return [stamps as (string | null)[], values as (Buffer | null)[]];
  }
}

/** What the commands of a pipeline brought; rejects with the first error. */
async function results(pipeline: ReturnType<Redis['pipeline']>): Promise<unknown[]> {
  const replies = await pipeline.exec() ?? [];
  return replies.map(([error, reply]) => {
    if (error !== null) {
      throw error;
    }
    return reply;
  });
}

