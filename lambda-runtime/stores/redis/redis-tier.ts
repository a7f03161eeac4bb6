import { type Client, Connection, type ConnectionOptions, streamsOf } from './connection.js';
import { BEGIN, LOW_WATER_MARK, INVALIDATE, LATEST, logOf, MAX_LOG_LENGTH, READ_LOG, WRITE_IF_UNCHANGED } from './scripts.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { type ChangeLog, changeHash, LOGGED_CHANGES, type IndexVersion } from '../../shared/change-log.js';
import { ClockCheck } from '../../shared/clock-check.js';
import { areOnce, type Snapshot, type Tier, type Write } from '../../shared/tier.js';
import { chunks } from '../chunks.js';

/** The most index tags that are recorded individually. */
const MAX_INDEX_TAGS = 10_000;

/** ElastiCache Serverless accepts at most 3,999 arguments per command, and a long command delays all others. */
const MAX_ARGUMENTS = 1_000;

/** A Redis-compatible server or cluster: Redis, Valkey, Dragonfly and others. */
export class RedisTier implements Tier {
  private readonly connection: Connection;
  private readonly indexKey: string;
  private readonly clock = new ClockCheck();

  public constructor(options: ConnectionOptions, private readonly namespace: string) {
    this.connection = new Connection(options);
    // No entry has this key: cache names have no '@'.
    this.indexKey = `${namespace}:${WIRE_FORMAT}:@`;
  }

  public get isConnected(): boolean {
    return this.connection.isReady;
  }

  public get clockOffsetMs(): number | undefined {
    return this.clock.offsetMs;
  }

  public discard(): void {
    this.connection.discard();
  }

  public async read(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot> {
    const [snapshot, values] = await this.connection.use((client) => inOneWrite(client, () => Promise.all([
      this.readVersions(client, indexTags), readEntries(client, keys.map((key) => this.spread(key))),
    ])));
    return { ...snapshot, values: values.map((bytes) => bytes ?? undefined) };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.connection.use((client) => inOneWrite(client, () => Promise.all(writes.map(({ key: ofEntry, bytes, retentionMs, expected }) => {
      const key = this.spread(ofEntry);
      return expected === undefined
        ? client.set(key, bytes, 'PX', retentionMs)
        // As bytes, since a damaged id may not be text.
        : client.eval(WRITE_IF_UNCHANGED, 1, key, Buffer.from(expected, 'latin1'), bytes, retentionMs);
    }))), areOnce(writes));
  }

  public async ensureIndex(): Promise<void> {
    // The system's clock, not one that a test has set, since the server's is real too.
    const sentAt = Date.now();
    const [seconds, microseconds] = await this.connection.use((client) => client.eval(BEGIN, 1, this.indexKey)) as [string, string];
    this.clock.compare(Number(seconds) * 1_000 + Number(microseconds) / 1_000, 0, sentAt, Date.now());
  }

  public async invalidate(indexTags: readonly string[]): Promise<void> {
    await this.connection.use((client) => inOneWrite(client, () => Promise.all(chunks(indexTags, MAX_ARGUMENTS).map((chunk) =>
      client.eval(INVALIDATE, 1, this.indexKey, MAX_INDEX_TAGS, MAX_LOG_LENGTH, textOf(chunk.map(changeHash)), ...chunk)))));
  }

  public async log(hashes: readonly string[]): Promise<void> {
    await this.connection.use((client) => client.eval(INVALIDATE, 1, this.indexKey, MAX_INDEX_TAGS, MAX_LOG_LENGTH, textOf(hashes)));
  }

  public async readLog(known: IndexVersion | undefined): Promise<ChangeLog> {
    let text = await this.readLogText(known);
    if (text === null) {
      await this.ensureIndex();
      text = await this.readLogText(undefined);
    }
    const log = text === known ? { versions: [known!], hashes: [] } : logOf(text);
    if (log === undefined) {
      throw new Error('its change log cannot be read');
    }
    return log;
  }

  private readLogText(known: IndexVersion | undefined): Promise<string | null> {
    return this.connection.use((client) => client.eval(READ_LOG, 1, this.indexKey, known ?? '') as Promise<string | null>);
  }

  private async readVersions(client: Client, indexTags: readonly string[]): Promise<Omit<Snapshot, 'values'>> {
    const answers = await Promise.all((indexTags.length === 0 ? [indexTags] : chunks(indexTags, MAX_ARGUMENTS)).map((chunk) =>
      client.hmget(this.indexKey, LATEST, LOW_WATER_MARK, ...chunk)));
    const [[latest, lowWaterMark]] = answers;
    // Between two replies everything may have been invalidated, and earlier invalidations dropped.
    const isConsistent = answers.every(([, itsLowWaterMark]) => itsLowWaterMark === lowWaterMark);
    return {
      latest: isConsistent && latest !== null ? latest : undefined,
      lowWaterMark: lowWaterMark ?? undefined,
      ofIndexTags: answers.flatMap(([, , ...versions]) => versions.map((indexVersion) => indexVersion ?? undefined)),
    };
  }

  /**
   * A key on the server. In a cluster, the text between the first braces selects the node, and arguments contain braces: all entries of
   * f({ tenant }, id) would be on one node. With empty braces first, the whole key selects it.
   *
   * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
   */
  private spread(key: string): string {
    const brace = key.indexOf('{', this.namespace.length);
    return brace === -1 ? key : `${key.slice(0, brace)}{}${key.slice(brace)}`;
  }
}

/** At most as many as a log holds; beyond that, readers must drop everything anyway. */
function textOf(hashes: readonly string[]): string {
  return hashes.slice(-(LOGGED_CHANGES + 1)).join('');
}

async function readEntries(client: Client, keys: readonly string[]): Promise<(Buffer | null)[]> {
  if (client.isCluster) {
    return Promise.all(keys.map((key) => client.getBuffer(key)));
  }
  return (await Promise.all(chunks(keys, MAX_ARGUMENTS).map((chunk) => client.mgetBuffer(...chunk)))).flat();
}

/**
 * Sends all commands for one server in one write.
 *
 * Without the client's pipelines: in a cluster, a pipeline whose slots have moved fails as a whole, while single commands are redirected.
 * And a pipeline's objects live so long that each garbage collection takes longer than the last.
 */
function inOneWrite<T>(client: Client, send: () => T): T {
  const streams = streamsOf(client);
  streams.forEach((stream) => stream?.cork());
  try {
    return send();
  } finally {
    streams.forEach((stream) => stream?.uncork());
  }
}
