import { appending, firstLog, newLog, shortened } from './change-log.js';
import type { Client } from './client.js';
import { counting, InvalidationIndex, newIndex } from './invalidation-index.js';
import { type Expression, type Item, Table } from './table.js';
import type { DynamoDbSettings } from '../../../src/runtime-settings.js';
import { WIRE_FORMAT } from '../../engine/shared.js';
import { changeHash, LOGGED_CHANGES } from '../change-log.js';
import { type Snapshot, type Tier, TOMBSTONE_KEEP_MS, type Write } from '../tier.js';

/** DynamoDB's limit is 400 KB for an item; the rest is for its key and the names of its attributes. */
const MAX_BYTES = 397 * 1024;

/** DynamoDB's limit for a partition key. */
const MAX_KEY_BYTES = 2_048;

/** The attribute of an item that has one. */
const ENTRY = 'entry';

export interface DynamoDbTierParts {
  readonly settings: DynamoDbSettings;
  readonly namespace: string;
  readonly now: () => number;
}

/**
 * A table of DynamoDB. An item holds an entry, or when a tag was invalidated, or the index of all invalidations, or the log of changes: the
 * last two never expire.
 */
export class DynamoDbTier implements Tier {
  public readonly maxBytes = MAX_BYTES;
  private readonly table: Table;
  private readonly prefix: string;
  private readonly indexKey: string;
  private readonly logKey: string;

  public constructor(client: Client, private readonly parts: DynamoDbTierParts) {
    this.table = new Table(client, parts.settings);
    this.prefix = `${parts.namespace}:${WIRE_FORMAT}:`;
    // No entry has such a key: names of caches have no '@'.
    this.indexKey = `${this.prefix}@`;
    this.logKey = `${this.prefix}@log`;
  }

  public get isConnected(): boolean {
    return this.table.isConnected;
  }

  public get clockOffsetMs(): number | undefined {
    return this.table.clockOffsetMs;
  }

  public abandon(): void {
    this.table.abandon();
  }

  public async read(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const snapshot = await this.readItems(keys, groups);
    if (snapshot.latest !== undefined) {
      return snapshot;
    }
    // The first environment of all, or somebody emptied the table. What is loaded now is to be stored already.
    await this.begin();
    return this.readItems(keys, groups);
  }

  public async write(writes: readonly Write[]): Promise<void> {
    await Promise.all(writes.map(({ key, bytes, keepMs, expected }) => this.table.put(
      this.fit(key),
      { [ENTRY]: { B: bytes.toString('base64') }, ...this.expiry(keepMs) },
      this.unchanged(expected),
    )));
  }

  /** Reads first: that is cheaper than a write, and most environments find an index. */
  public async begin(): Promise<void> {
    const { items } = await this.table.read([this.indexKey]);
    if (InvalidationIndex.of(items.get(this.indexKey)) === undefined) {
      const { item, condition } = newIndex();
      await this.table.put(this.indexKey, item, condition);
    }
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    await this.count(groups);
    await this.log(groups.map(changeHash));
  }

  /** Of more than it has room for, nobody could know all: then another log begins. */
  public async log(hashes: readonly string[]): Promise<void> {
    if (hashes.length > LOGGED_CHANGES) {
      await this.table.put(this.logKey, newLog().item);
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
      throw new Error('the log of changes is lost as soon as it is begun');
    }
    const shorter = shortened(log);
    if (shorter !== undefined) {
      // If others have changed it meanwhile, one of them makes it shorter.
      await this.table.put(this.logKey, shorter.item, shorter.condition);
    }
  }

  /**
   * Counts first and marks the tags after that, by the number of this invalidation. A load that began before the counting has a smaller
   * number, and the mark makes it invalid. One that began between the two has the same number: it read the origin after the change that
   * this is about, and stays valid. To a look-up in between, the tags' old entries are still valid: nobody has been told otherwise yet.
   * If the mark came first, it would have to guess the number, which another invalidation may take.
   */
  private async count(groups: readonly string[]): Promise<void> {
    const { change, condition } = counting(groups.filter((group) => !isTag(group)));
    const index = InvalidationIndex.of(await this.table.update(this.indexKey, change, condition));
    if (index === undefined) {
      // Lost, or never begun: nothing is valid under the next.
      await this.begin();
      return;
    }
    const mark = index.mark();
    await Promise.all(groups.filter(isTag).map((tag) =>
      this.table.put(this.keyOfTag(tag), { ...mark.item, ...this.expiry(TOMBSTONE_KEEP_MS) }, mark.condition)));
    const shorter = index.shortened();
    if (shorter !== undefined) {
      await this.table.put(this.indexKey, shorter.item, shorter.condition);
    }
  }

  /** Items are not read at one moment. That is as well: an invalidation is counted before it is written down, and done after that. */
  private async readItems(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const itemKeys = keys.map((key) => this.fit(key));
    const ofIndex = [this.indexKey, ...groups.filter(isTag).map((tag) => this.keyOfTag(tag))];
    const { items, unread } = await this.table.read([...ofIndex, ...itemKeys]);
    if (ofIndex.some((key) => unread.has(key))) {
      throw new Error('DynamoDB did not read what was invalidated: it is throttled');
    }
    const index = InvalidationIndex.of(items.get(this.indexKey));
    return {
      values: itemKeys.map((key) => unread.has(key) ? 'unread' : this.bytesOf(items.get(key))),
      latest: index?.latest,
      floor: index?.floor,
      ofGroups: groups.map((group) => isTag(group) ? index?.ofTag(items.get(this.keyOfTag(group))) : index?.ofCache(group)),
    };
  }

  /** DynamoDB deletes what has expired when it has time. What has expired is not there, whether or not it still is. */
  private bytesOf(item: Item | undefined): Buffer | undefined {
    const bytes = item?.[ENTRY]?.B;
    const isExpired = Number(item?.[this.parts.settings.timeToLive]?.N) * 1_000 <= this.parts.now();
    return bytes === undefined || isExpired ? undefined : Buffer.from(bytes, 'base64');
  }

  private unchanged(expected: string | undefined): Expression | undefined {
    switch (expected) {
      case undefined:
        return undefined;
      case '':
        return {
          text: 'attribute_not_exists(#entry) OR #expires <= :now',
          names: { '#entry': ENTRY, '#expires': this.parts.settings.timeToLive },
          values: { ':now': { N: String(Math.floor(this.parts.now() / 1_000)) } },
        };
      default:
        return {
          text: 'begins_with(#entry, :id)',
          names: { '#entry': ENTRY },
          values: { ':id': { B: Buffer.from(expected, 'latin1').toString('base64') } },
        };
    }
  }

  private expiry(keepMs: number): Item {
    return { [this.parts.settings.timeToLive]: { N: String(Math.ceil((this.parts.now() + keepMs) / 1_000)) } };
  }

  private keyOfTag(tag: string): string {
    return this.fit(this.indexKey + tag);
  }

  /** Begins with the namespace, which is all that the function may have permission for. */
  private fit(key: string): string {
    return Buffer.byteLength(key) <= MAX_KEY_BYTES
      ? key
      : `${this.prefix}#${process.getBuiltinModule('node:crypto').createHash('sha256').update(key).digest('base64url')}`;
  }
}

/** As opposed to a cache: there may be any number of them. */
function isTag(group: string): boolean {
  return group.startsWith('t:');
}
