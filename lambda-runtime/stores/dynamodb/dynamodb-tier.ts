import { appending, firstLog, logOf, newLog, shortened } from './change-log.js';
import type { Client } from './client.js';
import { counting, InvalidationIndex, newIndex } from './invalidation-index.js';
import { type Expression, type Item, Table } from './table.js';
import type { DynamoDbSettings } from '../../../src/contract/shared-settings.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { type ChangeLog, changeHash, LOGGED_CHANGES } from '../../shared/change-log.js';
import { type Snapshot, type Tier, TOMBSTONE_RETENTION_MS, type Write } from '../../shared/tier.js';

/** DynamoDB's limit is 400 KB for an item; the rest is for its key and attribute names. */
const MAX_BYTES = 397 * 1024;

/** DynamoDB's limit for a partition key. */
const MAX_KEY_BYTES = 2_048;

const LOST_LOG = 'the change log was lost as soon as it was created';

/** The attribute with an entry's bytes. */
const ENTRY = 'entry';

export interface DynamoDbTierDeps {
  readonly settings: DynamoDbSettings;
  readonly namespace: string;
  readonly now: () => number;
}

/**
 * A DynamoDB table. An item holds an entry, a tag's invalidation, the invalidation index, or the change log: the last two never expire.
 */
export class DynamoDbTier implements Tier {
  public readonly maxBytes = MAX_BYTES;
  private readonly table: Table;
  private readonly prefix: string;
  private readonly indexKey: string;
  private readonly logKey: string;

  public constructor(client: Client, private readonly deps: DynamoDbTierDeps) {
    this.table = new Table(client, deps.settings);
    this.prefix = `${deps.namespace}:${WIRE_FORMAT}:`;
    // No entry has such a key: cache names have no '@'.
    this.indexKey = `${this.prefix}@`;
    this.logKey = `${this.prefix}@log`;
  }

  public get isConnected(): boolean {
    return this.table.isConnected;
  }

  public get clockOffsetMs(): number | undefined {
    return this.table.clockOffsetMs;
  }

  public discard(): void {
    this.table.discard();
  }

  public async read(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot> {
    const snapshot = await this.readItems(keys, indexTags);
    if (snapshot.latest !== undefined) {
      return snapshot;
    }
    // This is the first environment, or the table was emptied. Values that are loaded from now on should be stored already.
    await this.ensureIndex();
    return this.readItems(keys, indexTags);
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await Promise.all(writes.map(({ key, bytes, retentionMs, expected, isOnce }) => this.table.put(
      this.fit(key),
      { [ENTRY]: { B: bytes.toString('base64') }, ...this.expiry(retentionMs) },
      this.unchanged(expected),
      isOnce,
    )));
  }

  /** Reads first, since a read is cheaper than a write, and most environments find an index. */
  public async ensureIndex(): Promise<void> {
    const { items } = await this.table.read([this.indexKey]);
    if (InvalidationIndex.of(items.get(this.indexKey)) === undefined) {
      const { item, condition } = newIndex();
      await this.table.put(this.indexKey, item, condition);
    }
  }

  public async invalidate(indexTags: readonly string[]): Promise<void> {
    await this.count(indexTags);
    await this.log(indexTags.map(changeHash));
  }

  /** With more changes than a log holds, a new log starts: readers then drop everything. */
  public async log(hashes: readonly string[]): Promise<void> {
    if (hashes.length > LOGGED_CHANGES) {
      // A repetition that arrives late would restart the same log, without the changes that were logged since.
      await this.table.put(this.logKey, newLog().item, undefined, true);
      return;
    }
    const { change, condition } = appending(hashes);
    const append = () => this.table.update(this.logKey, change, condition);
    let log = await append();
    if (log === undefined) {
      const first = firstLog();
      await this.table.put(this.logKey, first.item, first.condition);
      log = await append();
    }
    if (log === undefined) {
      throw new Error(LOST_LOG);
    }
    const shorter = shortened(log);
    if (shorter !== undefined) {
      // If other environments have changed it meanwhile, one of them will trim it.
      await this.table.put(this.logKey, shorter.item, shorter.condition);
    }
  }

  public async readLog(): Promise<ChangeLog> {
    let log = await this.findLog();
    if (log === undefined) {
      const first = firstLog();
      await this.table.put(this.logKey, first.item, first.condition);
      log = await this.findLog();
    }
    if (log === undefined) {
      throw new Error(LOST_LOG);
    }
    return log;
  }

  private async findLog(): Promise<ChangeLog | undefined> {
    const { items, unread } = await this.table.read([this.logKey]);
    if (unread.size > 0) {
      throw new Error('DynamoDB did not read the change log: it is throttled');
    }
    return logOf(items.get(this.logKey));
  }

  /**
   * Counts first, and then marks the tags with this invalidation's number. A load that began before the count has a smaller number, and
   * the mark makes it invalid. A load that began between the two has the same number: it read the origin after the change that led to
   * this invalidation, and stays valid. For a lookup in between, the tags' old entries are still valid: the invalidation has not returned yet.
   * If the mark came first, it would have to guess the number, which another invalidation might take.
   */
  private async count(indexTags: readonly string[]): Promise<void> {
    const { change, condition } = counting(indexTags.filter((indexTag) => !isTag(indexTag)));
    const index = InvalidationIndex.of(await this.table.update(this.indexKey, change, condition));
    if (index === undefined) {
      // Lost, or never created: no entry is valid under the next one.
      await this.ensureIndex();
      return;
    }
    const mark = index.mark();
    await Promise.all(indexTags.filter(isTag).map((tag) =>
      this.table.put(this.keyOfTag(tag), { ...mark.item, ...this.expiry(TOMBSTONE_RETENTION_MS) }, mark.condition)));
    const shorter = index.shortened();
    if (shorter !== undefined) {
      await this.table.put(this.indexKey, shorter.item, shorter.condition);
    }
  }

  /** Items are not read at one moment. This is safe: an invalidation is counted before it is marked, and returns after that. */
  private async readItems(keys: readonly string[], indexTags: readonly string[]): Promise<Snapshot> {
    const itemKeys = keys.map((key) => this.fit(key));
    const ofIndex = [this.indexKey, ...indexTags.filter(isTag).map((tag) => this.keyOfTag(tag))];
    const { items, unread } = await this.table.read([...ofIndex, ...itemKeys]);
    if (ofIndex.some((key) => unread.has(key))) {
      throw new Error('DynamoDB did not read the invalidation index: it is throttled');
    }
    const index = InvalidationIndex.of(items.get(this.indexKey));
    return {
      values: itemKeys.map((key) => unread.has(key) ? 'unread' : this.bytesOf(items.get(key))),
      latest: index?.latest,
      lowWaterMark: index?.lowWaterMark,
      ofIndexTags: indexTags.map((indexTag) => isTag(indexTag) ? index?.ofTag(items.get(this.keyOfTag(indexTag))) : index?.ofCache(indexTag)),
    };
  }

  /** DynamoDB deletes expired items with a delay, so an expired item counts as absent. */
  private bytesOf(item: Item | undefined): Buffer | undefined {
    const bytes = item?.[ENTRY]?.B;
    const isExpired = Number(item?.[this.deps.settings.timeToLive]?.N) * 1_000 <= this.deps.now();
    return bytes === undefined || isExpired ? undefined : Buffer.from(bytes, 'base64');
  }

  private unchanged(expected: string | undefined): Expression | undefined {
    switch (expected) {
      case undefined:
        return undefined;
      case '':
        return {
          text: 'attribute_not_exists(#entry) OR #expires <= :now',
          names: { '#entry': ENTRY, '#expires': this.deps.settings.timeToLive },
          values: { ':now': { N: String(Math.floor(this.deps.now() / 1_000)) } },
        };
      default:
        return {
          text: 'begins_with(#entry, :id)',
          names: { '#entry': ENTRY },
          values: { ':id': { B: Buffer.from(expected, 'latin1').toString('base64') } },
        };
    }
  }

  private expiry(retentionMs: number): Item {
    return { [this.deps.settings.timeToLive]: { N: String(Math.ceil((this.deps.now() + retentionMs) / 1_000)) } };
  }

  private keyOfTag(tag: string): string {
    return this.fit(this.indexKey + tag);
  }

  /** Begins with the namespace, since the function may have permission only for its keys. */
  private fit(key: string): string {
    return Buffer.byteLength(key) <= MAX_KEY_BYTES
      ? key
      : `${this.prefix}#${process.getBuiltinModule('node:crypto').createHash('sha256').update(key).digest('base64url')}`;
  }
}

/** Whether this is a tag and not a cache: there may be any number of tags. */
function isTag(indexTag: string): boolean {
  return indexTag.startsWith('t:');
}
