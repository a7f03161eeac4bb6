import type { Socket } from 'node:net';
import type { Cluster, Redis } from 'iovalkey';
import type { Snapshot, Tier, Write } from '../tier.js';
import { type Client, Connection, type ConnectionOptions } from './connection.js';
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
    const [stamps, values] = await this.connection.use((client) => together(client, () => Promise.all([
      client.hmget(this.stampsKey, ...fields),
      client.isCluster ? Promise.all(keys.map((key) => client.getBuffer(key))) : keys.length === 0 ? [] : client.mgetBuffer(...keys),
    ])));
    const [latest, floor, ...ofGroups] = stamps.map((stamp) => stamp ?? undefined);
    return { latest, floor, ofGroups, values: values.map((bytes) => bytes ?? undefined) };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.connection.use((client) => together(client, () => Promise.all(writes.map(({ key, bytes, keepMs, expected }) =>
      expected === undefined ? client.set(key, bytes, 'PX', keepMs) : client.eval(WRITE_IF_UNCHANGED, 1, key, expected, bytes, keepMs)))));
  }

  public async begin(): Promise<void> {
    await this.connection.use((client) => client.eval(BEGIN, 1, this.stampsKey));
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.connection.use((client) => client.eval(INVALIDATE, 1, this.stampsKey, MAX_GROUPS, ...groups));
  }
}

/**
 * What goes to one server leaves in one write.
 *
 * Not by the client's pipelines: in a cluster, one whose slots have moved fails as a whole, where each command follows its own slot;
 * and what is made for one lives so long that every collection of garbage takes longer than the last.
 */
function together<T>(client: Client, send: () => T): T {
  const streams = (client.isCluster ? (client as Cluster).nodes() : [client as Redis]).map(({ stream }) => stream as Socket | undefined);
  streams.forEach((stream) => stream?.cork());
  try {
    return send();
  } finally {
    streams.forEach((stream) => stream?.uncork());
  }
}
