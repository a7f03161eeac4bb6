import { Command } from 'iovalkey';
import { Connection, type ConnectionOptions } from './connection.js';
import { BEGIN, LOW_WATER_MARK, INVALIDATE, LATEST, logOf, MAX_LOG_LENGTH, READ_LOG, WRITE_IF_UNCHANGED } from './scripts.js';
import { sendTogether } from './send-together.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { type ChangeLog, changeHash, LOGGED_CHANGES, type IndexVersion } from '../../shared/change-log.js';
import { ClockCheck } from '../../shared/clock-check.js';
import { areOnce, type Snapshot, type Tier, type Write } from '../../shared/tier.js';
import { chunks } from '../chunks.js';

/** The most index tags that are recorded individually. */
const MAX_INDEX_TAGS = 10_000;

/** ElastiCache Serverless accepts at most 3,999 arguments per command, and a long command delays all others. */
const MAX_ARGUMENTS = 1_000;

const AS_TEXT = { replyEncoding: 'utf8' } as const;
const AS_BYTES = { replyEncoding: null };

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
    const tagChunks = indexTags.length === 0 ? [indexTags] : chunks(indexTags, MAX_ARGUMENTS);
    const replies = await this.connection.use((client) => Promise.all(sendTogether(client, [
      ...tagChunks.map((chunk) => new Command('hmget', [this.indexKey, LATEST, LOW_WATER_MARK, ...chunk], AS_TEXT)),
      ...readingEntries(keys.map((key) => this.spread(key)), client.isCluster),
    ])));
    return {
      ...versionsIn(replies.slice(0, tagChunks.length) as (string | null)[][]),
      values: valuesIn(replies.slice(tagChunks.length) as (Buffer | null | (Buffer | null)[])[]),
    };
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await this.connection.use((client) => Promise.all(sendTogether(client, writes.map(({ key: ofEntry, bytes, retentionMs, expected }) => {
      const key = this.spread(ofEntry);
      return expected === undefined
        ? new Command('set', [key, bytes, 'PX', retentionMs])
        // As bytes, since a damaged id may not be text.
        : new Command('eval', [WRITE_IF_UNCHANGED, 1, key, Buffer.from(expected, 'latin1'), bytes, retentionMs]);
    }))), areOnce(writes));
  }

  public async ensureIndex(): Promise<void> {
    // The system's clock, not one that a test has set, since the server's is real too.
    const sentAt = Date.now();
    const [seconds, microseconds] = await this.connection.use((client) => client.eval(BEGIN, 1, this.indexKey)) as [string, string];
    this.clock.compare(Number(seconds) * 1_000 + Number(microseconds) / 1_000, 0, sentAt, Date.now());
  }

  public async invalidate(indexTags: readonly string[]): Promise<void> {
    await this.connection.use((client) => Promise.all(sendTogether(client, chunks(indexTags, MAX_ARGUMENTS).map((chunk) =>
      new Command('eval', [INVALIDATE, 1, this.indexKey, MAX_INDEX_TAGS, MAX_LOG_LENGTH, textOf(chunk.map(changeHash)), ...chunk])))));
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

/** In a cluster, keys have different nodes. */
function readingEntries(keys: readonly string[], isCluster: boolean): Command[] {
  return isCluster
    ? keys.map((key) => new Command('get', [key], AS_BYTES))
    : chunks(keys, MAX_ARGUMENTS).map((chunk) => new Command('mget', [...chunk], AS_BYTES));
}

/** The replies to all `get` or `mget`, as one list. */
function valuesIn(replies: readonly (Buffer | null | (Buffer | null)[])[]): (Buffer | undefined)[] {
  const values: (Buffer | undefined)[] = [];
  for (const reply of replies) {
    for (const bytes of Array.isArray(reply) ? reply : [reply]) {
      values.push(bytes ?? undefined);
    }
  }
  return values;
}

/** The replies to all `hmget`, as one. */
function versionsIn(replies: readonly (string | null)[][]): Omit<Snapshot, 'values'> {
  const [[latest, lowWaterMark]] = replies;
  // Between two replies everything may have been invalidated, and earlier invalidations dropped.
  const isConsistent = replies.every(([, itsLowWaterMark]) => itsLowWaterMark === lowWaterMark);
  return {
    latest: isConsistent && latest !== null ? latest : undefined,
    lowWaterMark: lowWaterMark ?? undefined,
    ofIndexTags: replies.flatMap(([, , ...versions]) => versions.map((indexVersion) => indexVersion ?? undefined)),
  };
}
