import { type Client, Connection, type ConnectionOptions, streamsOf } from './connection.js';
import { BEGIN, FLOOR, INVALIDATE, LATEST, MAX_LOG_LENGTH, WRITE_IF_UNCHANGED } from './scripts.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { changeHash, LOGGED_CHANGES } from '../change-log.js';
import { ClockCheck } from '../clock-check.js';
import { portions } from '../portions.js';
import type { Snapshot, Tier, Write } from '../tier.js';

/** So many groups are remembered one by one. */
const MAX_GROUPS = 10_000;

/** ElastiCache Serverless takes no command with more than 3,999 arguments, and a long one makes all others wait. */
const MAX_ARGUMENTS = 1_000;

/** Servers that speak Redis: Redis, Valkey, Dragonfly and others; one, or a cluster. */
export class RedisTier implements Tier {
  private readonly connection: Connection;
  private readonly indexKey: string;
  private readonly clock = new ClockCheck();

  public constructor(options: ConnectionOptions, private readonly namespace: string) {
    this.connection = new Connection(options);
    // No entry has this key: names of caches have no '@'.
    this.indexKey = `${namespace}:${WIRE_FORMAT}:@`;
  }

  public get isConnected(): boolean {
    return this.connection.isReady;
  }

  public get clockOffsetMs(): number | undefined {
    return this.clock.offsetMs;
  }

  public abandon(): void {
    this.connection.abandon();
  }

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const [snapshot, values] = await this.connection.use((client) => together(client, () => Promise.all([
      this.readStamps(client, groups), readEntries(client, keys.map((key) => this.spread(key))),
    ])));
    return { ...snapshot, values: values.map((bytes) => bytes ?? undefined) };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.connection.use((client) => together(client, () => Promise.all(writes.map(({ key: ofEntry, bytes, keepMs, expected }) => {
      const key = this.spread(ofEntry);
      return expected === undefined
        ? client.set(key, bytes, 'PX', keepMs)
        // As bytes: the id of something damaged need not be text.
        : client.eval(WRITE_IF_UNCHANGED, 1, key, Buffer.from(expected, 'latin1'), bytes, keepMs);
    }))));
  }

  public async begin(): Promise<void> {
    // The system's clock, as the server's is one: not one that a test has set.
    const sentAt = Date.now();
    const [seconds, microseconds] = await this.connection.use((client) => client.eval(BEGIN, 1, this.indexKey)) as [string, string];
    this.clock.see(Number(seconds) * 1_000 + Number(microseconds) / 1_000, 0, sentAt, Date.now());
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.connection.use((client) => together(client, () => Promise.all(portions(groups, MAX_ARGUMENTS).map((portion) =>
      client.eval(INVALIDATE, 1, this.indexKey, MAX_GROUPS, MAX_LOG_LENGTH, textOf(portion.map(changeHash)), ...portion)))));
  }

  public async log(hashes: readonly string[]): Promise<void> {
    await this.connection.use((client) => client.eval(INVALIDATE, 1, this.indexKey, MAX_GROUPS, MAX_LOG_LENGTH, textOf(hashes)));
  }

  private async readStamps(client: Client, groups: readonly string[]): Promise<Omit<Snapshot, 'values'>> {
    const answers = await Promise.all((groups.length === 0 ? [groups] : portions(groups, MAX_ARGUMENTS)).map((portion) =>
      client.hmget(this.indexKey, LATEST, FLOOR, ...portion)));
    const [[latest, floor]] = answers;
    // Between two answers all may have been invalidated, and what was so before forgotten.
    const isOneAccount = answers.every(([, itsFloor]) => itsFloor === floor);
    return {
      latest: isOneAccount && latest !== null ? latest : undefined,
      floor: floor ?? undefined,
      ofGroups: answers.flatMap(([, , ...stamps]) => stamps.map((stamp) => stamp ?? undefined)),
    };
  }

  /**
   * A key as the server has it. In a cluster, what is between the first braces chooses the node, and arguments have braces: all
   * entries of f({ tenant }, id) would be on one. After braces with nothing in them the whole key chooses.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
   */
  private spread(key: string): string {
    const brace = key.indexOf('{', this.namespace.length);
    return brace === -1 ? key : `${key.slice(0, brace)}{}${key.slice(brace)}`;
  }
}

/** Not more than a log has room for: where it has no room for all, nobody can know all. */
function textOf(hashes: readonly string[]): string {
  return hashes.slice(-(LOGGED_CHANGES + 1)).join('');
}

async function readEntries(client: Client, keys: readonly string[]): Promise<(Buffer | null)[]> {
  if (client.isCluster) {
    return Promise.all(keys.map((key) => client.getBuffer(key)));
  }
  return (await Promise.all(portions(keys, MAX_ARGUMENTS).map((portion) => client.mgetBuffer(...portion)))).flat();
}

/**
 * What goes to one server leaves in one write.
 *
 * Not by the client's pipelines: in a cluster, one whose slots have moved fails as a whole, where each command follows its own slot;
 * and what is made for one lives so long that every collection of garbage takes longer than the last.
 */
function together<T>(client: Client, send: () => T): T {
  const streams = streamsOf(client);
  streams.forEach((stream) => stream?.cork());
  try {
    return send();
  } finally {
    streams.forEach((stream) => stream?.uncork());
  }
}
