import type { DynamoDbSettings } from '../../../src/runtime-settings.js';
import type { Snapshot, Tier, Write } from '../tier.js';
import { Account, counting, newAccount } from './account.js';
import type { Client } from './client.js';
import { type Expression, type Item, Table } from './table.js';

/** DynamoDB's limit is 400 KB for an item; the rest is for its key and the names of its attributes. */
const MAX_BYTES = 397 * 1024;

/** DynamoDB's limit for a partition key. */
const MAX_KEY_BYTES = 2_048;

/**
 * No entry is kept for longer. So an invalidated tag can be forgotten a day later: nothing is left that it could be news to.
 */
const LONGEST_KEEP_MS = 30 * 24 * 3_600_000;
const REMEMBER_TAG_MS = LONGEST_KEEP_MS + 24 * 3_600_000;

/** The attribute of an item that has one. */
const ENTRY = 'entry';

export interface DynamoDbTierParts {
  readonly settings: DynamoDbSettings;
  readonly namespace: string;
  readonly now: () => number;
}

/**
 * A table of DynamoDB. An item holds an entry, or when a tag was invalidated, or the account of all invalidations: that one never
 * expires.
 */
export class DynamoDbTier implements Tier {
  public readonly maxBytes = MAX_BYTES;
  private readonly table: Table;
  private readonly accountKey: string;

  public constructor(client: Client, private readonly parts: DynamoDbTierParts) {
    this.table = new Table(client, parts.settings);
    // No entry has this key: names of caches have no '@'.
    this.accountKey = `${parts.namespace}:@`;
  }

  public get isConnected(): boolean {
    return this.table.isConnected;
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
      { [ENTRY]: { B: bytes.toString('base64') }, ...this.expiry(Math.min(keepMs, LONGEST_KEEP_MS)) },
      this.unchanged(expected),
    )));
  }

  /** Reads first: that is cheaper than a write, and most environments find an account. */
  public async begin(): Promise<void> {
    const { items } = await this.table.read([this.accountKey]);
    if (Account.of(items.get(this.accountKey)) === undefined) {
      const { item, condition } = newAccount();
      await this.table.put(this.accountKey, item, condition);
    }
  }

  public async invalidate(groups: readonly string[]): Promise<void> {
    const { change, condition } = counting(groups.filter((group) => !isTag(group)));
    const account = Account.of(await this.table.update(this.accountKey, change, condition));
    if (account === undefined) {
      // Lost, or never begun: nothing is valid under the next.
      await this.begin();
      return;
    }
    const mark = account.mark();
    await Promise.all(groups.filter(isTag).map((tag) =>
      this.table.put(this.keyOfTag(tag), { ...mark.item, ...this.expiry(REMEMBER_TAG_MS) }, mark.condition)));
    const shortened = account.shortened();
    if (shortened !== undefined) {
      await this.table.put(this.accountKey, shortened.item, shortened.condition);
    }
  }

  /** Items are not read at one moment. That is as well: an invalidation is counted before it is written down, and done after that. */
  private async readItems(keys: readonly string[], groups: readonly string[]): Promise<Snapshot> {
    const itemKeys = keys.map((key) => this.fit(key));
    const accounting = [this.accountKey, ...groups.filter(isTag).map((tag) => this.keyOfTag(tag))];
    const { items, unread } = await this.table.read([...accounting, ...itemKeys]);
    if (accounting.some((key) => unread.has(key))) {
      throw new Error('DynamoDB did not read what was invalidated: it is throttled');
    }
    const account = Account.of(items.get(this.accountKey));
    return {
      values: itemKeys.map((key) => unread.has(key) ? 'unread' : this.bytesOf(items.get(key))),
      latest: account?.latest,
      floor: account?.floor,
      ofGroups: groups.map((group) => isTag(group) ? account?.ofTag(items.get(this.keyOfTag(group))) : account?.ofCache(group)),
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
    return this.fit(this.accountKey + tag);
  }

  /** Begins with the namespace, which is all that the function may have permission for. */
  private fit(key: string): string {
    return Buffer.byteLength(key) <= MAX_KEY_BYTES
      ? key
      : `${this.parts.namespace}:#${process.getBuiltinModule('node:crypto').createHash('sha256').update(key).digest('base64url')}`;
  }
}

/** As opposed to a cache: there may be any number of them. */
function isTag(group: string): boolean {
  return group.startsWith('t:');
}
